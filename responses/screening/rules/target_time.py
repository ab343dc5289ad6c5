from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from responses.screening.columns import Columns, rows_by_group
from responses.screening.excess import histograms, lean, sides_from, surprise_of_count
from responses.screening.rule import Evidence, Found, Given, Rule
from responses.screening.words import side_words, usual_words

CONCENTRATION = 100.0
LEAST_SPREAD = 0.02
"""A fortnight evens out what single days differ by."""


class TargetTime(Rule):
    """The last days of the wave, when the target is near: more answers a day than before, and the
    increase all on one side. A service that got better has fewer bad answers instead; one that
    got busier has more of all. It never sets answers aside by itself: it is an alarm. Ratings
    below `lowest` are never doubted: what goes wrong at the end is told at the end."""

    name = "target_time"
    title = gettext_lazy("A jump in the last days")
    reason = gettext_lazy(
        "In the last days of the survey more answers came than before, and the increase lies on one"
        " side. This alone sets nothing aside."
    )

    alarming = True

    def check(self, answers: Columns, given: Given) -> Found:
        rows = np.flatnonzero(answers.open & (answers.overall > 0))
        begins = answers.ends_on - int(given["days"]) + 1
        late = answers.day[rows] >= begins
        if not late.any() or late.all():
            return Found.nothing()
        cell = answers.cell[rows]
        cells = int(cell.max()) + 1
        here = histograms(cell[late], cells, answers.overall[rows][late])
        before = histograms(cell[~late], cells, answers.overall[rows][~late])
        days_late = int(answers.day[rows].max()) - begins + 1
        days_before = begins - int(answers.day[rows].min())
        usual = before.sum(axis=1) / days_before * days_late
        sides = sides_from(given.get("lowest", 1))
        leans = lean(here, before, CONCENTRATION, sides)
        more = surprise_of_count(here.sum(axis=1), usual, _spread(answers, begins))
        excess = leans.excess(here.sum(axis=1))
        jumped = (
            (more >= given["surprise"])
            & (leans.surprise >= given["leaning"])
            & (excess > 0)
            & (days_before >= given["days"])
        )
        found = []
        for each, at in rows_by_group(np.where(late, cell, -1), np.flatnonzero(jumped)):
            mine = rows[at]
            side = sides[leans.side[each]]
            on_side = mine[np.isin(answers.overall[mine], side)]
            evidence = {
                "answers": len(mine),
                "days": days_late,
                "usual": float(usual[each]),
                "side": side,
                "on_side": len(on_side),
            }
            found.append(Found.alike(on_side, given["strength"], evidence))
        return Found.together(found)

    def words(self, evidence: Evidence) -> str:
        said = _("%(answers)d answers in the last %(days)d days, where %(usual)s are usual.") % {
            "answers": evidence["answers"],
            "days": evidence["days"],
            "usual": usual_words(evidence["usual"]),
        }
        return f"{said} {side_words(evidence)}".strip()


def _spread(answers: Columns, begins: int) -> float:
    """How much earlier fortnights differed beyond chance."""
    earlier = answers.day[answers.day < begins]
    counts = np.bincount((begins - 1 - earlier) // 14)
    counts = counts[:-1] if len(counts) > 2 else counts  # the first one may be part of one
    mean = counts.mean()
    return max(float((counts.var(ddof=1) - mean) / mean**2) if len(counts) > 2 else 0, LEAST_SPREAD)
