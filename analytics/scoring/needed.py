"""How many more answers a figure needs for a verdict to be likely."""

from __future__ import annotations

from functools import lru_cache

from analytics.estimation.official import Edition, Outcome, Rule
from analytics.estimation.planning import further_for_chance, further_for_chance_of_mean
from analytics.estimation.values import Estimate, Interval
from analytics.estimation.verdict import Reason
from analytics.models import Score
from analytics.scoring.lists import estimate_of
from surveys.kinds.rating import RATINGS

LIKELY = 0.80


def likely_to_decide(score: Score) -> int | None:
    """Further answers after which a verdict is given with a chance of 80 %, seen from today; None
    where it is given, and where no number would do."""
    if score.verdict != Outcome.INCONCLUSIVE:
        return None
    if score.reason not in ("", Reason.TARGET_WITHIN_INTERVAL):
        return None
    method = score.wave.declared_method()
    if score.measure == Score.Measure.MEAN_PERCENT:
        bounds = Interval(score.low, score.high, method.level, "")
        scale = RATINGS[0] / RATINGS[-1], 1.0
        return further_for_chance_of_mean(bounds, score.n, method.target, scale, chance=LIKELY)
    rule = Rule(Edition(score.edition), method.level)
    return _further(estimate_of(score), method.target, rule)


@lru_cache(2_000)
def _further(estimate: Estimate, target: float, rule: Rule) -> int | None:
    (interval,) = rule.intervals([estimate])
    return further_for_chance(estimate, interval, target, chance=LIKELY, rule=rule)
