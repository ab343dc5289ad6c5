from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from responses.models import Response
from responses.screening.columns import WAYS, Columns, Ints, groups_of, rows_by_group
from responses.screening.excess import (
    CONCENTRATION,
    Floats,
    leaning,
    sides_from,
    surprise_of_count,
    surprise_of_share,
)
from responses.screening.rule import Evidence, Found, Given, Rule
from responses.screening.words import side_words, usual_words

WEEK = 7
SPREAD = 0.1
"""How much the weeks of one way differ beyond chance."""


class WayShare(Rule):
    """In one week one way of collecting brings far more of the agency's answers than in all other
    weeks, and they lean to the good side. A new way, rightly taken into use, brings all kinds. It
    never sets answers aside by itself: it is an alarm. Held against the agency's own weeks alone:
    what is found in an agency must not depend on what others do meanwhile."""

    name = "way_share"
    title = gettext_lazy("A way of collecting that jumps")
    reason = gettext_lazy(
        "In one week far more answers came by one way, such as a kiosk or another website, than in"
        " the agency’s other weeks, and they lean to one side. This alone sets nothing aside."
    )
    alarming = True

    def check(self, answers: Columns, given: Given) -> Found:
        rows = np.flatnonzero(answers.open & (answers.overall > 0))
        if not len(rows):
            return Found.nothing()
        week = (answers.day[rows] - answers.day[rows].min()) // WEEK
        weeks, ways = int(week.max()) + 1, len(WAYS)
        if weeks <= given["weeks"]:
            return Found.nothing()
        way = answers.way[rows].astype(np.int64)
        table = np.bincount(way * weeks + week, minlength=ways * weeks)
        table = table.reshape(ways, weeks)
        usual, surprise = _usual(table)
        jumped = (table >= given["answers"]) & (surprise >= given["surprise"])
        if not jumped.any():
            return Found.nothing()
        number, groups = groups_of(way, week)
        group = np.full(len(answers), -1, dtype=np.int64)
        group[rows] = number
        touched = np.zeros(len(answers), dtype=bool)
        touched[rows] = jumped[way, week]
        sides = sides_from(given["lowest"])
        lean = leaning(group, groups, answers.cell, answers.overall, touched, sides)
        found = []
        for each, at in rows_by_group(number, np.unique(number[touched[rows]])):
            mine = rows[at]
            if lean.surprise[each] < given["leaning"]:
                continue
            side = sides[lean.side[each]]
            on_side = mine[np.isin(answers.overall[mine], side)]
            by = int(answers.way[mine[0]])
            evidence: Evidence = {
                "way": by,
                "answers": len(mine),
                "usual": float(usual[by, week[at[0]]]),
                "side": side,
                "on_side": len(on_side),
            }
            found.append(Found.alike(on_side, given["strength"], evidence))
        return Found.together(found)

    def words(self, evidence: Evidence) -> str:
        said = _("%(answers)d answers in one week by one way (%(way)s), where %(usual)s are usual.")
        said = said % {
            "answers": evidence["answers"],
            "way": Response.Source(WAYS[evidence["way"]]).label,
            "usual": usual_words(evidence["usual"]),
        }
        return f"{said} {side_words(evidence)}".strip()


def _usual(table: Ints) -> tuple[Floats, Floats]:
    """What the other weeks lead to expect, and how surprising it is to be beyond: both in number,
    which is that of a mean other week, or more where the other ways brought more too, and in the
    way's share of all answers."""
    of_way, of_week = table.sum(axis=1, keepdims=True), table.sum(axis=0)
    elsewhere = of_way - table
    others = table.sum() - of_week - elsewhere
    share = (elsewhere + 0.5) / (elsewhere + others + 1)
    by_share = share / (1 - share) * (of_week - table)
    usual = np.maximum(by_share, elsewhere / (table.shape[1] - 1))
    in_number = surprise_of_count(table, usual, SPREAD)
    in_share = surprise_of_share(
        table, np.broadcast_to(of_week, table.shape), share, elsewhere + others, CONCENTRATION
    )
    return usual, np.minimum(in_number, in_share)
