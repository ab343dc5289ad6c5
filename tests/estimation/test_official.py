"""The official rule: what decides, and what lies exactly on the edge."""

import math

import pytest

from analytics.estimation.official import EDITION_1, Edition, Outcome, Rule, decide
from analytics.estimation.values import Interval

BELOW = math.nextafter(0.9, 0)
ABOVE = math.nextafter(0.9, 1)


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (0.9, 1.0, Outcome.MET),
        (ABOVE, 1.0, Outcome.MET),
        (BELOW, 1.0, Outcome.INCONCLUSIVE),
        (0.5, 0.9, Outcome.INCONCLUSIVE),
        (0.5, ABOVE, Outcome.INCONCLUSIVE),
        (0.5, BELOW, Outcome.NOT_MET),
        (0.9, 0.9, Outcome.MET),
        (0.0, 1.0, Outcome.INCONCLUSIVE),
    ],
)
def test_the_lower_bound_may_touch_the_target_and_the_upper_may_not(low, high, outcome):
    assert decide(Interval(low, high, 0.95, "stated"), 0.9) is outcome


@pytest.mark.parametrize("share", [0.7, 0.85, 0.95, 1.0])
@pytest.mark.parametrize("rule", [EDITION_1, Rule(Edition.SECOND)])
def test_the_size_that_decides_is_the_first(rule, share):
    size = rule.size_that_decides(share, 0.9)
    assert decide(rule.interval_at(share, size * 1.0001), 0.9) is not Outcome.INCONCLUSIVE
    assert decide(rule.interval_at(share, size * 0.9999), 0.9) is Outcome.INCONCLUSIVE


def test_no_size_decides_on_the_target():
    assert EDITION_1.size_that_decides(0.9, 0.9) == math.inf
