"""Agencies at one channel mix, and the funnel of chance."""

import numpy as np
import pytest
from scipy import stats

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells, poststratify
from analytics.estimation.funnel import funnel_limits, overdispersion
from analytics.estimation.standardisation import standardise
from analytics.estimation.values import Estimate

Y = (0, 0, 0, 1, 1)


def share(unsatisfied, satisfied):
    cells = CellCounts.from_histograms([0], -1, [[unsatisfied, 0, 0, 0, satisfied]])
    return mean_of_cells(cells, Y)


def test_standardising_is_poststratifying_to_the_common_mix():
    found = standardise({"web": share(5, 45), "phone": share(30, 70)}, {"web": 2, "phone": 6})
    cells = CellCounts.from_histograms([0, 1], -1, [[5, 0, 0, 0, 45], [30, 0, 0, 0, 70]])
    same = mean_of_cells(poststratify(cells, [0, 1], {0: 2.0, 1: 6.0}), Y)
    assert found.estimate.value == pytest.approx(same.value)
    assert found.estimate.variance == pytest.approx(same.variance)
    assert found.estimate.n_kish == pytest.approx(same.n_kish)
    assert found.estimate.n_eff == pytest.approx(same.n_eff)
    assert found.covered == 1


def test_a_missing_channel_is_said():
    found = standardise({"web": share(5, 45)}, {"web": 1, "phone": 3})
    assert found.estimate.value == pytest.approx(0.9)
    assert found.covered == 0.25


@pytest.mark.parametrize("known", [{}, {"web": Estimate.without_data()}])
def test_nothing_to_standardise(known):
    found = standardise(known, {"web": 1})
    assert (found.estimate.value, found.covered) == (None, 0)


def test_limits_are_near_the_normal_ones_for_large_agencies():
    limits = funnel_limits(5000, 0.9)
    half = stats.norm.ppf(0.975) * np.sqrt(0.09 / 5000)
    assert (limits.low, limits.high) == pytest.approx((0.9 - half, 0.9 + half), abs=4e-4)


def test_limits_narrow_with_size_and_widen_with_overdispersion():
    widths = [f.high - f.low for f in (funnel_limits(n, 0.9) for n in (20, 80, 320, 1280))]
    assert widths == sorted(widths, reverse=True)
    assert funnel_limits(320, 0.9, overdispersion=4).low < funnel_limits(320, 0.9).low
    assert (funnel_limits(0, 0.9).low, funnel_limits(0, 0.9).high) == (0, 1)


def test_chance_alone_shows_no_overdispersion_and_differences_do():
    rng = np.random.default_rng(1)
    alike = [share(200 - s, s) for s in rng.binomial(200, 0.9, 60)]
    unlike = [share(200 - s, s) for s in rng.binomial(200, rng.beta(45, 5, 60))]
    assert overdispersion(alike, 0.9) < 1.3
    assert overdispersion(unlike, 0.9) > 2
    assert overdispersion(alike[:2], 0.9) == 1
