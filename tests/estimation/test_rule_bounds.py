"""The bounds of many shares at once, each at its own level, are those of their intervals."""

import numpy as np
import pytest

from analytics.estimation.official import Edition, Rule
from analytics.estimation.values import Columns, Estimate


@pytest.mark.parametrize("edition", Edition)
def test_as_the_intervals(edition):
    random = np.random.default_rng(20261129)
    shares = [Estimate.without_data(), Estimate(1.0, 0.0, 0.0, 40, 40.0, None, 39, 1.0)]
    for _k in range(200):
        n, share = int(random.integers(2, 3_000)), float(random.random())
        n_eff = float(n * random.uniform(0.2, 1.3))
        variance = share * (1 - share) / n_eff
        shares.append(Estimate(share, variance, variance**0.5, n, float(n), n_eff, n - 1, float(n)))
    level = random.choice([0.5, 0.9, 0.999], len(shares))
    low, high = Rule(edition).bounds(Columns.of(shares), level)
    intervals = [
        Rule(edition, float(own)).intervals([share])[0]
        for share, own in zip(shares, level, strict=True)
    ]
    assert low.tolist() == [each.low for each in intervals]
    assert high.tolist() == [each.high for each in intervals]
    assert np.all(low <= high)
