from __future__ import annotations

import numpy as np
from django.utils.translation import gettext_lazy, ngettext

from responses.screening.columns import Columns
from responses.screening.rule import Evidence, Found, Given, Rule


class Late(Rule):
    """Said to be answered long before it arrived. Programs and devices say themselves when an
    answer was given: whoever may choose the time can spread a made-up pile over the whole wave.
    High and low ratings alike, for the limit is declared and known to all who send."""

    name = "late"
    title = gettext_lazy("Handed in late")
    reason = gettext_lazy(
        "A program or device handed the answer in longer after it was given than the survey allows."
    )
    mechanical = True

    def check(self, answers: Columns, given: Given) -> Found:
        lag = (answers.arrived - answers.moment) / 3600
        rows = np.flatnonzero(answers.open & (answers.sender > 0) & (lag > given["hours"]))
        days = np.ceil(lag[rows] / 24).astype(np.int64)
        number, case = np.unique(days, return_inverse=True)
        cases = [{"days": int(each)} for each in number]
        return Found(rows, np.full(len(rows), given["strength"]), case.reshape(-1), cases)

    def words(self, evidence: Evidence) -> str:
        days = evidence["days"]
        said = ngettext(
            "Handed in up to %(days)d day after it was answered.",
            "Handed in up to %(days)d days after it was answered.",
            days,
        )
        return said % {"days": days}
