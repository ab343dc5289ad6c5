from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from responses.screening.columns import UNKNOWN, Columns
from responses.screening.rule import Evidence, Found, Given, Rule


class TooFast(Rule):
    """Answered sooner than the question can be read."""

    name = "too_fast"
    title = gettext_lazy("Answered too fast")
    reason = gettext_lazy("The answer came sooner than the question can be read.")

    def check(self, answers: Columns, given: Given) -> Found:
        fast = (answers.seconds != UNKNOWN) & (answers.seconds < given["seconds"])
        rows = np.flatnonzero(fast)
        cases = [{"seconds": s} for s in range(int(given["seconds"]) + 1)]
        strength = np.full(len(rows), given["strength"])
        return Found(rows, strength, answers.seconds[rows].astype(np.int64), cases)

    def words(self, evidence: Evidence) -> str:
        seconds = evidence["seconds"]
        if not seconds:
            return _("Answered in less than a second.")
        return ngettext(
            "Answered in %(seconds)d second.", "Answered in %(seconds)d seconds.", seconds
        ) % {"seconds": seconds}
