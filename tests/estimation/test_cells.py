"""Counts per cell give what the single answers would give."""

import numpy as np
import pytest

from analytics.estimation.cell_counts import NOWHERE, CellCounts
from analytics.estimation.cells import mean_of_cells, means_by_domain, poststratify
from analytics.estimation.lonely import LonelyPSU, LonelyPSUError

Y = np.array([0, 0, 0, 1, 1.0])


def random_cells(seed, cells=60, strata=8, clustered=True):
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, strata, cells)
    psu = rng.integers(0, 4, cells) if clustered else np.full(cells, -1)
    counts = rng.poisson([0.3, 0.3, 1, 3, 5], (cells, 5))
    return CellCounts.from_histograms(stratum, psu, counts, rng.choice([1.0, 1.5, 4.0], cells))


def by_definition(cells, y, mask):
    """The formula of the method, response by response."""
    rows = []
    for c in range(len(cells)):
        for r, n in enumerate(cells.counts[c]):
            if n:
                rows += [(c, r, cells.weights[c, r] / n)] * n
    cell, rating, w = (np.array(v) for v in zip(*rows, strict=True))
    inside = mask[cell]
    value = y[rating]
    p = (w * value)[inside].sum() / w[inside].sum()
    u = inside * (value - p) / w[inside].sum()
    if cells.poststratum is not None:
        for g in np.unique(cells.poststratum):
            here = cells.poststratum[cell] == g
            u[here] -= (w * u)[here].sum() / w[here].sum()
    psu = np.where(cells.psu[cell] < 0, -1 - np.arange(len(cell)), cells.psu[cell])
    variance = 0.0
    for h in np.unique(cells.stratum[cell]):
        here = cells.stratum[cell] == h
        z = np.array([(w * u)[here & (psu == k)].sum() for k in np.unique(psu[here])])
        if len(z) > 1:
            variance += len(z) / (len(z) - 1) * ((z - z.mean()) ** 2).sum()
    return p, variance


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("weighted_to_frame", [False, True])
def test_means_follow_the_definition(clustered, weighted_to_frame):
    cells = random_cells(7, clustered=clustered)
    if weighted_to_frame:
        cells = poststratify(cells, np.arange(60) % 5, {g: 100.0 + 50 * g for g in range(5)})
    mask = np.arange(60) % 3 == 0
    estimate = mean_of_cells(cells, Y, mask, lonely=LonelyPSU.REMOVE)
    p, variance = by_definition(cells, Y, mask)
    assert estimate.value == pytest.approx(p, rel=1e-13)
    assert estimate.variance == pytest.approx(variance, rel=1e-12)


@pytest.mark.parametrize("weighted_to_frame", [False, True])
def test_all_domains_at_once_equal_each_alone(weighted_to_frame):
    cells = random_cells(3)
    if weighted_to_frame:
        cells = poststratify(cells, np.arange(60) % 4, dict.fromkeys(range(4), 200.0))
    label = np.arange(60) % 7 - 1
    together = means_by_domain(cells, Y, label)
    assert len(together) == 6
    for k, estimate in enumerate(together):
        alone = mean_of_cells(cells, Y, label == k)
        assert estimate.value == pytest.approx(alone.value, rel=1e-14)
        assert estimate.variance == pytest.approx(alone.variance, rel=1e-12)
        assert (estimate.n, estimate.df) == (alone.n, alone.df)


def test_poststratified_cells_hit_their_totals():
    cells = poststratify(random_cells(1), np.arange(60) % 3, {0: 10.0, 1: 20.0, 2: 70.0})
    for g, N in ((0, 10.0), (1, 20.0), (2, 70.0)):
        assert cells.weights[np.arange(60) % 3 == g].sum() == pytest.approx(N)


def test_cells_outside_the_frame_leave_the_estimate():
    raw = CellCounts.from_histograms([0, 1], -1, [[0, 0, 0, 5, 5], [9, 0, 0, 0, 0]])
    estimate = mean_of_cells(poststratify(raw, [0, NOWHERE], {0: 100.0}), Y)
    assert (estimate.value, estimate.n, estimate.weight) == (1.0, 10, 100.0)


def test_responses_without_a_frame_total_are_refused():
    raw = CellCounts.from_histograms([0, 1], -1, [[0, 0, 0, 5, 5], [9, 0, 0, 0, 0]])
    with pytest.raises(ValueError, match=r"without a frame total: \[1\]"):
        poststratify(raw, [0, 1], {0: 100.0})


def test_a_domain_without_data_says_so():
    cells = random_cells(1)
    nothing = mean_of_cells(cells, Y, np.zeros(60, dtype=bool))
    assert not nothing.has_data
    assert (nothing.n, nothing.value, nothing.se, nothing.n_eff) == (0, None, None, None)


def test_no_cells_at_all():
    empty = CellCounts.from_histograms(np.zeros(0), np.zeros(0), np.zeros((0, 5)))
    assert not mean_of_cells(empty, Y).has_data
    assert means_by_domain(empty, Y, np.zeros(0)) == []


def test_all_satisfied_has_exactly_no_variance():
    cells = CellCounts.from_histograms(range(50), -1, [[0, 0, 0, 3, k + 1] for k in range(50)], 0.1)
    estimate = mean_of_cells(cells, Y)
    assert (estimate.value, estimate.variance, estimate.n_eff) == (1.0, 0.0, None)


def test_strata_without_spread_have_exactly_no_variance():
    cells = CellCounts.from_histograms([0, 1], -1, [[0, 0, 0, 0, 7], [9, 0, 0, 0, 0]], [0.1, 0.3])
    assert mean_of_cells(cells, Y).variance == 0.0


class TestStrataWithOnePsu:
    cells = CellCounts.from_histograms(
        [0, 1, 2], -1, [[2, 0, 0, 0, 4], [3, 0, 0, 0, 3], [0, 0, 0, 0, 1]], [1, 2, 5]
    )

    def variance(self, rule, mask=(True, True, True)):
        return mean_of_cells(self.cells, Y, mask, lonely=rule).variance

    def test_average_scales_the_others(self):
        rest = self.variance(LonelyPSU.REMOVE)
        assert self.variance(LonelyPSU.AVERAGE) == pytest.approx(rest * 3 / 2)

    def test_adjust_centres_at_the_grand_mean(self):
        p = mean_of_cells(self.cells, Y).value
        total = 5 * (1 - p) / 23
        rest = self.variance(LonelyPSU.CERTAINTY)
        assert self.variance(LonelyPSU.ADJUST) == pytest.approx(rest + total**2)

    def test_fail_names_the_stratum(self):
        with pytest.raises(LonelyPSUError, match=r"\[2\]"):
            self.variance(LonelyPSU.FAIL)

    def test_a_domain_apart_from_it_is_untouched(self):
        assert self.variance(LonelyPSU.FAIL, (True, True, False)) > 0

    def test_with_no_other_stratum_average_falls_back_on_adjust(self):
        only = CellCounts.from_histograms([0, 1], -1, [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]])
        average, adjust = (
            mean_of_cells(only, Y, lonely=rule).variance
            for rule in (LonelyPSU.AVERAGE, LonelyPSU.ADJUST)
        )
        assert average == adjust == pytest.approx(0.125)
