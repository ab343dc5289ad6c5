from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from responses.screening.columns import Columns, Ints, groups_of
from responses.screening.rule import Evidence, Found, Given, Rule


class KioskLimit(Rule):
    """More answers on one kiosk within an hour, or a day, than people can give one after the
    other. Ratings below `lowest` never are doubted for it."""

    name = "kiosk_limit"
    title = gettext_lazy("More than a kiosk can take")
    reason = gettext_lazy(
        "One kiosk took more answers in an hour or a day than people can give one after the other."
    )
    mechanical = True

    def check(self, answers: Columns, given: Given) -> Found:
        rows = np.flatnonzero(answers.open & answers.kiosk & (answers.sender > 0))
        hour, day = answers.moment[rows] // 3600, answers.day[rows]
        return Found.together(
            [
                _beyond(answers, rows, hour, {"allowed": int(given["hour"]), "hours": 1}, given),
                _beyond(answers, rows, day, {"allowed": int(given["day"]), "hours": 24}, given),
            ]
        )

    def words(self, evidence: Evidence) -> str:
        if evidence["hours"] == 1:
            return _("More than %(allowed)d answers on one kiosk within an hour.") % evidence
        return _("More than %(allowed)d answers on one kiosk within a day.") % evidence


def _beyond(answers: Columns, rows: Ints, slot: Ints, evidence: Evidence, given: Given) -> Found:
    """Those after the first `allowed` of each kiosk and slot."""
    number, _groups = groups_of(answers.sender[rows], slot)
    order = np.argsort(number, kind="stable")
    ordered = number[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    over = np.sort(rows[order[place >= evidence["allowed"]]])
    over = over[answers.overall[over] >= given["lowest"]]
    return Found.alike(over, given["strength"], evidence)
