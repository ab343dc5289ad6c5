"""How many more answers a figure needs for a verdict to be likely."""

from __future__ import annotations

from functools import lru_cache

from analytics.estimation.official import Edition, Outcome, Rule
from analytics.estimation.planning import further_for_chance
from analytics.estimation.values import Estimate
from analytics.estimation.verdict import Reason
from analytics.models import Score
from analytics.scoring.lists import estimate_of

LIKELY = 0.80


def likely_to_decide(score: Score) -> int | None:
    """Further answers after which a share's verdict is given with a chance of 80 %, seen from
    today; None where it is given, where no number would do, and of means."""
    if score.verdict != Outcome.INCONCLUSIVE or score.measure != Score.Measure.TOP_TWO_BOX:
        return None
    if score.reason not in ("", Reason.TARGET_WITHIN_INTERVAL):
        return None
    method = score.wave.declared_method()
    rule = Rule(Edition(score.edition), method.level)
    return _further(estimate_of(score), method.target, rule)


@lru_cache(2_000)
def _further(estimate: Estimate, target: float, rule: Rule) -> int | None:
    (interval,) = rule.intervals([estimate])
    return further_for_chance(estimate, interval, target, chance=LIKELY, rule=rule)
