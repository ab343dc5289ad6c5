from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from responses.screening.columns import Columns, Ints, groups_of, rows_by_group
from responses.screening.excess import Floats, leaning, sides_from, surprise_of_count
from responses.screening.rule import Evidence, Found, Given, Rule
from responses.screening.words import side_words, usual_words

SPREAD = 0.3
"""How much the days of one sender differ: variance = mean + spread × mean²."""


class AtOnce(Rule):
    """Far more answers arrived from one program, device or agent in a day than on the other days
    on which it sent, whatever time they say of themselves. Many senders hand in a day's answers at
    once, so that hours say nothing. Where the answers also lean to one side the excess on that side
    is doubted, the last to arrive. Ratings below `lowest` never are."""

    name = "at_once"
    title = gettext_lazy("Many answers from one sender in a day")
    reason = gettext_lazy(
        "One program, device or agent handed in far more answers in a day than on its other days."
        " This sets aside only the excess, and only where the answers also lean to one side far"
        " more than all others."
    )
    mechanical = True

    def check(self, answers: Columns, given: Given) -> Found:
        rows = np.flatnonzero(answers.open & (answers.sender > 0) & (answers.overall > 0))
        if not len(rows):
            return Found.nothing()
        number, groups = groups_of(answers.sender[rows], answers.arrival_day[rows])
        size = np.bincount(number, minlength=groups)
        sender = np.zeros(groups, dtype=np.int64)
        sender[number] = answers.sender[rows]
        usual, days = _usual(sender, size)
        many = (
            (days > given["days"])
            & (size >= given["answers"])
            & (surprise_of_count(size, usual, SPREAD) >= given["surprise"])
        )
        if not many.any():
            return Found.nothing()
        sides = sides_from(given["lowest"])
        group = np.full(len(answers), -1, dtype=np.int64)
        group[rows] = number
        touched = np.zeros(len(answers), dtype=bool)
        touched[rows] = many[number]
        lean = leaning(group, groups, answers.cell, answers.overall, touched, sides)
        excess = lean.excess(size, usual)
        found = []
        for each, at in rows_by_group(number, np.flatnonzero(many)):
            mine = rows[at]
            evidence: Evidence = {"answers": int(size[each]), "usual": float(usual[each])}
            praise = mine[answers.overall[mine] >= given["lowest"]]
            found.append(Found.alike(praise, given["strength"], evidence))
            if lean.surprise[each] >= given["leaning"] and excess[each] > 0:
                side = sides[lean.side[each]]
                on_side = mine[np.isin(answers.overall[mine], side)]
                on_side = on_side[np.argsort(answers.arrived[on_side], kind="stable")]
                evidence = evidence | {"side": side, "on_side": len(on_side)}
                last = np.sort(on_side[-int(excess[each]) :])
                found.append(Found.alike(last, given["strong"], evidence))
        return Found.together(found)

    def words(self, evidence: Evidence) -> str:
        said = _("%(answers)d answers from one sender in one day, where %(usual)s are usual.") % {
            "answers": evidence["answers"],
            "usual": usual_words(evidence["usual"]),
        }
        return f"{said} {side_words(evidence)}".strip()


def _usual(sender: Ints, size: Ints) -> tuple[Floats, Ints]:
    """Per day of a sender the median of its days, and how many days it has sent on."""
    usual = np.zeros(len(size))
    days = np.zeros(len(size), dtype=np.int64)
    for each in np.unique(sender):
        mine = sender == each
        usual[mine], days[mine] = np.median(size[mine]), mine.sum()
    return usual, days
