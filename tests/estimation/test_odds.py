"""Odds that are more than so many times others: against the exact distribution, and by chance."""

import numpy as np
import pytest
from scipy import stats

from analytics.estimation.odds import excess_over

SEED = 20260101


@pytest.mark.parametrize("limit", [1.0, 2.0, 4.0])
def test_expected_is_near_the_exact_mean_and_variance(limit):
    first, second, both = 160, 720, 780
    excess, variance = excess_over(limit, 0, first, both, second)
    exact = stats.nchypergeom_fisher(first + second, both, first, limit)
    assert -excess == pytest.approx(exact.mean(), abs=0.1)
    assert variance == pytest.approx(exact.var(), rel=0.05)


def test_where_all_are_alike_nothing_is_said():
    excess, variance = excess_over(4.0, [30, 0, 0], [30, 30, 0], [40, 0, 9], [40, 40, 10])
    assert not excess.any()
    assert not variance.any()


@pytest.mark.parametrize(("ratio", "most"), [(1, 0.0005), (3, 0.0005), (4, 0.01)])
def test_honest_differences_are_seldom_beyond(ratio, most):
    """20,000 agencies of six places each, whose drawn citizens have `ratio` times the odds."""
    rng = np.random.default_rng(SEED)
    drawn, others = rng.integers(10, 60, (20_000, 6)), rng.integers(10, 300, (20_000, 6))
    share = rng.uniform(0.6, 0.97, drawn.shape)
    odds = ratio * share / (1 - share)
    satisfied = rng.binomial(drawn, odds / (1 + odds)), rng.binomial(others, share)
    excess, variance = excess_over(4.0, satisfied[0], drawn, satisfied[1], others)
    beyond = excess.sum(axis=1) > 2.326 * np.sqrt(variance.sum(axis=1))
    assert beyond.mean() <= most, f"seed {SEED}"
