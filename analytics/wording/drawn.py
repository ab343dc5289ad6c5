"""What a drawing shows, in one sentence, for whoever cannot see it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from analytics.models import Score
from analytics.wording.charts import RatingStep
from analytics.wording.percent import percent


def interval(score: Score, line: float) -> str:
    """One row of an interval plot."""
    return _(
        "The estimate is %(estimate)s %%, its interval runs from %(low)s to %(high)s %%;"
        " the line stands at %(line)s %%."
    ) % {
        "estimate": percent(score.estimate, line),
        "low": percent(score.low, line),
        "high": percent(score.high, line),
        "line": f"{100 * line:g}",
    }


def ratings(steps: Sequence[RatingStep]) -> str:
    """One bar of the five ratings."""
    if not steps:
        return ""
    shares = [step.share for step in steps]
    return _(
        "Of those who answered this question %(low)s %% were dissatisfied (1 or 2), %(middle)s %%"
        " in between (3) and %(high)s %% satisfied (4 or 5)."
    ) % {
        "low": percent(sum(shares[:2])),
        "middle": percent(shares[2]),
        "high": percent(sum(shares[3:])),
    }
