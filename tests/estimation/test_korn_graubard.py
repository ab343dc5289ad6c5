"""Many intervals at once are the intervals one by one, to the last bit."""

import numpy as np
import pytest

from analytics.estimation import korn_graubard
from analytics.estimation.intervals import korn_graubard_interval
from analytics.estimation.values import Columns, Estimate


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_as_one_by_one(level):
    random = np.random.default_rng(20261128)
    estimates = [Estimate(1.0, 0.0, 0.0, 40, 40.0, None, 39, 1.0)]
    for _k in range(4_000):
        n = int(random.integers(2, 5_000))
        share = float(random.choice([0.0, 1.0, random.random(), 1 - random.random() / 50]))
        n_eff = float(n * random.uniform(0.1, 1.4))
        variance = float(share * (1 - share) / n_eff)
        df = int(random.integers(0, n))
        if not variance:
            n_eff = None
        estimates.append(Estimate(share, variance, variance**0.5, n, float(n), n_eff, df, 1.0))
    low, high = korn_graubard.bounds(Columns.of(estimates), level)
    expected = [korn_graubard_interval(each, level) for each in estimates]
    assert low.tolist() == [each.low for each in expected]
    assert high.tolist() == [each.high for each in expected]
