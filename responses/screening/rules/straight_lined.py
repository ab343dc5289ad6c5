from __future__ import annotations

import numpy as np
from django.utils.translation import gettext_lazy, ngettext

from responses.screening.columns import Columns
from responses.screening.rule import Evidence, Found, Given, Rule


class StraightLined(Rule):
    """All of many questions rated the same. Satisfied people do that too, so it is a weak sign."""

    name = "straight_lined"
    title = gettext_lazy("All questions rated the same")
    reason = gettext_lazy(
        "Many questions in a row have the same rating. Satisfied people do this too, so it weighs"
        " little."
    )

    def check(self, answers: Columns, given: Given) -> Found:
        if not answers.items.shape[1]:
            return Found.nothing()
        rated = (answers.items > 0).sum(axis=1)
        highest = answers.items.max(axis=1)
        lowest = np.where(answers.items > 0, answers.items, 9).min(axis=1)
        rows = np.flatnonzero((rated >= given["items"]) & (highest == lowest))
        cases = [{"items": n} for n in range(answers.items.shape[1] + 1)]
        strength = np.full(len(rows), given["strength"])
        return Found(rows, strength, rated[rows].astype(np.int64), cases)

    def words(self, evidence: Evidence) -> str:
        return ngettext(
            "%(items)d question rated the same.",
            "All %(items)d questions rated the same.",
            evidence["items"],
        ) % {"items": evidence["items"]}
