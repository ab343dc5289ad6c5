from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from responses.screening.columns import UNKNOWN, Columns, groups_of, rows_by_group
from responses.screening.excess import SIDES, leaning, surprise_of_count
from responses.screening.rule import Evidence, Found, Given, Rule
from responses.screening.words import side_words, usual_words


class SamePace(Rule):
    """Many answers of one place and day that took the very same number of seconds: people differ,
    programs do not. The angry of a bad day are quick and alike, so low ratings weigh fully only
    where more than `low_share` of the day's answers took that very time."""

    name = "same_pace"
    title = gettext_lazy("Many answers at the same pace")
    reason = gettext_lazy(
        "Many answers of one place on one day took exactly as long as each other, as a program's"
        " do. This sets answers aside only where they also lean to one side."
    )

    def check(self, answers: Columns, given: Given) -> Found:
        timed = answers.open & (answers.seconds != UNKNOWN) & (answers.overall > 0)
        rows = np.flatnonzero(timed)
        if not len(rows):
            return Found.nothing()
        window, windows = groups_of(answers.place[rows], answers.day[rows])
        in_window = np.bincount(window, minlength=windows)
        number, paces = groups_of(window, answers.seconds[rows])
        size = np.bincount(number, minlength=paces)
        pace, kinds = groups_of(answers.seconds[rows])
        everywhere = np.bincount(pace, minlength=kinds)
        first = np.zeros(paces, dtype=np.int64)
        first[number[::-1]] = np.arange(len(rows))[::-1]
        of_window = in_window[window[first]]
        elsewhere = np.maximum(len(rows) - of_window, 1)
        share = (everywhere[pace[first]] - size + 0.5) / elsewhere
        surprise = surprise_of_count(size, 2 * of_window * np.minimum(share, 1))
        many = (size >= given["answers"]) & (surprise >= given["surprise"])
        group = np.full(len(answers), -1, dtype=np.int64)
        group[rows] = number
        touched = np.zeros(len(answers), dtype=bool)
        touched[rows] = many[number]
        lean = leaning(group, paces, answers.cell, answers.overall, touched)
        excess = lean.excess(size)
        found = []
        for each, at in rows_by_group(number, np.flatnonzero(many)):
            mine = rows[at]
            evidence: Evidence = {
                "answers": int(size[each]),
                "seconds": int(answers.seconds[mine[0]]),
                "usual": float(of_window[each] * share[each]),
            }
            found.append(Found.alike(mine, given["strength"], evidence))
            if lean.surprise[each] >= given["leaning"] and excess[each] > 0:
                side = SIDES[lean.side[each]]
                if max(side) < 4 and size[each] <= given.get("low_share", 0) * of_window[each]:
                    continue
                on_side = mine[np.isin(answers.overall[mine], side)]
                evidence = evidence | {"side": side, "on_side": len(on_side)}
                found.append(Found.alike(on_side[: excess[each]], given["strong"], evidence))
        return Found.together(found)

    def words(self, evidence: Evidence) -> str:
        said = _(
            "%(answers)d answers of one day took exactly %(seconds)d seconds, where %(usual)s are"
            " usual."
        ) % {
            "answers": evidence["answers"],
            "seconds": evidence["seconds"],
            "usual": usual_words(evidence["usual"]),
        }
        return f"{said} {side_words(evidence)}".strip()
