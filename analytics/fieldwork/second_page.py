"""What citizens answered on each of the two forms of the second page, where the wave drew lots.

The lot falls with the receipt, before anybody sees a form, so whatever differs comes from the form
or from chance. Means of the answers as they came, not weighted: this compares forms, not agencies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import stats

from analytics.domains.suppression import SMALLEST_PUBLISHED
from responses.intake.second_page import draws_lots, lot
from responses.models import Response
from surveys.add_ons import every_question
from surveys.kinds import kind_of
from surveys.models import Wave

FEWEST = 100
"""Answers on each form before anything is said."""
MOST = 100_000
"""So many answers are read, in the order of their receipts, which is by chance."""

Facts = dict[str, Any]


def compared(wave: Wave) -> Facts | None:
    """Of each outcome the mean by form and the difference, screens minus one page, with Welch's
    interval at the wave's level. With fewer than FEWEST answers on a form none is compared, and an
    outcome of which almost all answers on a form are alike is left out: of few a reader might know
    whose they are. None for waves that drew no lots."""
    if not draws_lots(wave):
        return None
    screens, one_page = _outcomes(wave)
    level = wave.declared_method().level
    enough = min(len(screens), len(one_page)) >= FEWEST
    return {
        "screens": len(screens),
        "one_page": len(one_page),
        "level": level,
        "outcomes": [
            {"outcome": name} | _difference(screens[:, k], one_page[:, k], level)
            for k, name in enumerate(OUTCOMES)
            if enough and _may_be_shown(screens[:, k]) and _may_be_shown(one_page[:, k])
        ],
    }


def _may_be_shown(outcome: np.ndarray) -> bool:
    """At least so many differ from what is most frequent: with shares, on either side."""
    _, number = np.unique(outcome, return_counts=True)
    return bool(len(outcome) - number.max() >= SMALLEST_PUBLISHED)


OUTCOMES = ("reason", "nothing", "answers", "satisfied")
"""Wrote a reason; answered nothing more; the part that was answered of all questions behind the
first; chose 4 or 5, which is asked before the form shows and differs only by who changes it there.
All lie between 0 and 1."""


def _outcomes(wave: Wave) -> tuple[np.ndarray, np.ndarray]:
    """A row for each answer by the web form: on screens, on one page."""
    questions = [q for q in every_question(wave) if kind_of(q).in_form and not q.is_overall]
    codes = {question.code for question in questions}
    reasons = {question.code for question in questions if kind_of(question).free_text}
    rows = Response.objects.filter(wave=wave, source=Response.Source.WEB).eligible()
    read = rows.order_by("receipt").values_list("receipt", "overall", "answers")[:MOST]
    found: tuple[list[Any], list[Any]] = [], []
    for receipt, overall, answers in read.iterator(chunk_size=2000):
        found[lot(receipt)].append(_outcome(overall, answers, codes, reasons))
    screens, one_page = (np.array(f, dtype=np.float64).reshape(-1, len(OUTCOMES)) for f in found)
    return screens, one_page


def _outcome(
    overall: int | None, answers: Mapping[str, Any], codes: set[str], reasons: set[str]
) -> tuple[float, ...]:
    given = sum(code in answers for code in codes)
    said = any(code in answers for code in reasons)
    return said, given == 0, given / max(1, len(codes)), (overall or 0) >= 4


def _difference(first: np.ndarray, second: np.ndarray, level: float) -> Facts:
    low, high = stats.ttest_ind(first, second, equal_var=False).confidence_interval(level)
    means = float(first.mean()), float(second.mean())
    return {
        "screens": means[0],
        "one_page": means[1],
        "difference": means[0] - means[1],
        "low": float(low),
        "high": float(high),
    }
