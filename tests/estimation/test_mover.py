"""The p-value of a difference says what its interval says, also where everybody agrees."""

import numpy as np
import pytest
from scipy import stats

from analytics.estimation.comparison import difference_of_proportions
from analytics.estimation.mover import p_values
from analytics.estimation.official import Edition, Rule
from analytics.estimation.values import Estimate

RULE = Rule(Edition.SECOND)
SEED = 20261128


def estimate(share: float, n: int) -> Estimate:
    variance = share * (1 - share) / n
    return Estimate(
        value=share,
        variance=variance,
        se=variance**0.5,
        n=n,
        n_kish=n,
        n_eff=n if variance else None,
        df=n - 1,
        weight=float(n),
    )


@pytest.mark.parametrize("pair", [((0.9, 400), (0.85, 300)), ((0.8, 50), (0.97, 60))])
def test_it_is_the_level_at_which_the_interval_reaches_nothing(pair):
    later, earlier = (estimate(*each) for each in pair)
    (p,) = p_values([later], [earlier], (RULE, RULE))
    for factor, outside in ((1.02, True), (0.98, False)):
        rule = Rule(Edition.SECOND, level=1 - p * factor)
        interval = difference_of_proportions(later, earlier, rules=(rule, rule)).interval
        assert (interval.low > 0 or interval.high < 0) is outside


def test_no_difference_is_no_surprise_and_a_huge_one_is_one():
    same, far = estimate(0.9, 400), estimate(0.2, 400)
    p = p_values([same, same], [same, far], (RULE, RULE))
    assert p[0] == 1
    assert p[1] == pytest.approx(2 * stats.norm.sf(6))


def test_small_samples_that_agree_are_not_called_too_often():
    """40 answers before and 1,000 after of a true 0.96: a p-value from the variances alone calls
    one in five a surprise of one in a thousand, for nobody of the 40 was dissatisfied."""
    rng = np.random.default_rng(SEED)
    before, after = rng.binomial(40, 0.96, 4000) / 40, rng.binomial(1000, 0.96, 4000) / 1000
    later, earlier = [[estimate(x, n) for x in s] for s, n in ((after, 1000), (before, 40))]
    p = p_values(later, earlier, (RULE, RULE))
    for limit in (0.001, 0.01, 0.05):
        false = float((p <= limit).mean())
        error = 2 * (limit * (1 - limit) / len(p)) ** 0.5
        assert false <= limit + error, (SEED, limit, false)
    variances = np.array([a.variance + b.variance for a, b in zip(later, earlier, strict=True)])
    z = np.abs(after - before) / np.sqrt(variances)
    assert float((2 * stats.norm.sf(z) <= 0.001).mean()) > 0.15
