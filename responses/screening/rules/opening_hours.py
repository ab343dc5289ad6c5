from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from responses.screening.columns import UNKNOWN, Columns
from responses.screening.rule import Evidence, Found, Given, Rule


class OpeningHours(Rule):
    """About a service in person, answered while offices are closed. Citizens may answer at home
    from a photographed poster, so it is a weak sign; the hours are generous."""

    name = "opening_hours"
    title = gettext_lazy("Outside opening hours")
    reason = gettext_lazy(
        "The answer is about a service in person but came while offices are closed."
    )

    def check(self, answers: Columns, given: Given) -> Found:
        known = answers.minute != UNKNOWN
        closed = (answers.minute < 60 * given["opens"]) | (answers.minute >= 60 * given["closes"])
        rows = np.flatnonzero(answers.in_person & answers.open & known & closed)
        cases = [{"hour": hour} for hour in range(24)]
        strength = np.full(len(rows), given["strength"])
        return Found(rows, strength, answers.minute[rows].astype(np.int64) // 60, cases)

    def words(self, evidence: Evidence) -> str:
        hour = evidence["hour"]
        return _("Answered between %(from)s and %(to)s.") % {
            "from": f"{hour:02}:00",
            "to": f"{hour + 1:02}:00",
        }
