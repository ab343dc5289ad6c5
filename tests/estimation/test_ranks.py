"""Sets of ranks hold the true ranks as often as they say."""

import numpy as np
import pytest

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells
from analytics.estimation.official import Edition, Rule
from analytics.estimation.ranks import rank_sets, rank_sets_of
from analytics.estimation.values import Estimate

SECOND = Rule(Edition.SECOND)


def share(unsatisfied, satisfied):
    cells = CellCounts.from_histograms([0], -1, [[unsatisfied, 0, 0, 0, satisfied]])
    return mean_of_cells(cells, (0, 0, 0, 1, 1))


def test_clearly_different_agencies_have_one_rank():
    found = rank_sets([share(50, 950), share(500, 500), share(300, 700)], seed=1)
    assert (found.low.tolist(), found.high.tolist()) == ([1, 3, 2], [1, 3, 2])
    assert (found.best.tolist(), found.worst.tolist()) == ([0], [1])


@pytest.mark.parametrize("simultaneous", [True, False])
def test_equal_agencies_may_have_any_rank(simultaneous):
    found = rank_sets([share(10, 90)] * 10, seed=1, simultaneous=simultaneous)
    assert (found.low.tolist(), found.high.tolist()) == ([1] * 10, [10] * 10)
    assert len(found.best) == len(found.worst) == 10


def test_an_agency_without_data_may_be_anywhere_and_anyone_may_be_beside_it():
    found = rank_sets([share(5, 995), Estimate.without_data(), share(500, 500)], seed=1)
    assert (found.low.tolist(), found.high.tolist()) == ([1, 1, 2], [2, 3, 3])
    nothing = rank_sets([], seed=1)
    assert (nothing.low.tolist(), nothing.best.tolist()) == ([], [])


def test_each_by_itself_says_no_less_than_all_at_once():
    estimates = [share(40 - k, 160 + k) for k in range(0, 40, 3)]
    together = rank_sets(estimates, seed=2)
    alone = rank_sets(estimates, seed=2, simultaneous=False)
    assert np.all(alone.high - alone.low <= together.high - together.low)
    assert np.any(alone.high - alone.low < together.high - together.low)


def test_stepping_down_finds_more_than_one_step():
    """Two far groups: once they are told apart, what is left has fewer pairs to err in."""
    value = np.array([10.0, 10.0, 10.0, 10.0, 0.0, 0.0, 0.0, 2.9])
    found = rank_sets_of(value, np.full(8, 0.7), 0.95, seed=3, draws=20000)
    one_step = rank_sets_of(
        np.array([2.9, 0.0, 0.0, 0.0, 0, 0, 0, 0]), np.full(8, 0.7), 0.95, seed=3
    )
    assert found.high[7] == 5
    assert one_step.high[0] == 8


@pytest.mark.parametrize("simultaneous", [True, False])
def test_the_sets_hold_the_true_ranks(simultaneous):
    """Twelve agencies from 0.80 to 0.98, 150 answers each. Sets made of simulated ranks hold the
    rank of the worst far too seldom, since luck alone decides who looks worst."""
    rng, runs, truth = np.random.default_rng(6), 200, np.linspace(0.98, 0.80, 12)
    rank, all_held, held = np.arange(1, 13), 0, np.zeros(12)
    for run in range(runs):
        satisfied = rng.binomial(150, truth)
        estimates = [share(150 - s, s) for s in satisfied.tolist()]
        found = rank_sets(estimates, seed=run, simultaneous=simultaneous, draws=500, rule=SECOND)
        inside = (found.low <= rank) & (rank <= found.high)
        all_held += inside.all()
        held += inside
    assert (held / runs).min() > 0.93
    if simultaneous:
        assert all_held / runs > 0.93


@pytest.mark.parametrize("spread", [0.3, 1.5, 4.0])
def test_the_short_way_gives_what_every_pair_at_every_step_gives(spread):
    """Written from the definition: all pairs of what is not rejected yet are simulated anew."""
    rng = np.random.default_rng(int(spread * 10))
    K, level = 14, 0.95
    value, error = rng.normal(0, spread, K), rng.uniform(0.1, 0.6, K)
    error[3] = np.nan
    noise = np.random.default_rng(9).standard_normal((2000, K)) * np.nan_to_num(error)
    size = np.hypot(error[:, None], error)
    left = [(j, k) for j in range(K) for k in range(K) if j != k and not np.isnan(size[j, k])]
    above = set()
    while left:
        largest = np.max([(noise[:, j] - noise[:, k]) / size[j, k] for j, k in left], axis=0)
        critical = np.quantile(largest, level)
        further = {(j, k) for j, k in left if (value[j] - value[k]) / size[j, k] > critical}
        if not further:
            break
        above |= further
        left = [pair for pair in left if pair not in further]
    found = rank_sets_of(value, error, level, seed=9)
    assert found.low.tolist() == [1 + sum(b == k for _a, b in above) for k in range(K)]
    assert found.high.tolist() == [K - sum(a == j for a, _b in above) for j in range(K)]
    assert above
