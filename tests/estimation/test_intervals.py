"""Each interval against its source, and its behaviour at the edges."""

import math

import pytest
from scipy import stats

from analytics.estimation import intervals
from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells
from analytics.estimation.intervals import (
    agresti_coull_interval,
    capped_korn_graubard_interval,
    clopper_pearson_interval,
    jeffreys_interval,
    korn_graubard_interval,
    mean_interval,
    wilson_interval,
)
from analytics.estimation.values import Estimate

Y = (0, 0, 0, 1, 1)
RATING = (1, 2, 3, 4, 5)
WEIGHTED = (
    capped_korn_graubard_interval,
    korn_graubard_interval,
    intervals.wilson_effective_interval,
    intervals.logit_interval,
    intervals.arcsine_interval,
    intervals.likelihood_interval,
)


def sample(*histogram):
    return CellCounts.from_histograms([0], -1, [histogram])


@pytest.mark.parametrize(("x", "n"), [(0, 5), (1, 5), (9, 10), (5, 5), (180, 200)])
def test_simple_intervals_agree_with_scipy(x, n):
    exact = stats.binomtest(x, n).proportion_ci(method="exact")
    wilson = stats.binomtest(x, n).proportion_ci(method="wilson")
    ours = clopper_pearson_interval(x, n)
    assert (ours.low, ours.high) == pytest.approx((exact.low, exact.high), abs=1e-12)
    ours = wilson_interval(x, n)
    assert (ours.low, ours.high) == pytest.approx((wilson.low, wilson.high), abs=1e-12)


def test_korn_graubard_of_one_simple_sample_is_clopper_pearson_at_one_fewer():
    ours = capped_korn_graubard_interval(mean_of_cells(sample(1, 1, 2, 10, 16), Y))
    exact = clopper_pearson_interval(26 * 29 / 30, 29)
    assert (ours.low, ours.high) == pytest.approx((exact.low, exact.high), rel=1e-12)


@pytest.mark.parametrize("interval", WEIGHTED)
@pytest.mark.parametrize("histogram", [(0, 0, 0, 3, 9), (12, 0, 0, 0, 0)])
def test_all_or_none_satisfied_still_leaves_doubt(interval, histogram):
    estimate = mean_of_cells(sample(*histogram), Y)
    bounds = interval(estimate)
    assert estimate.value in bounds
    assert 0 <= bounds.low < bounds.high <= 1
    assert bounds.width > 0.1


@pytest.mark.parametrize("interval", WEIGHTED)
def test_no_data_says_nothing(interval):
    bounds = interval(Estimate.without_data())
    assert (bounds.low, bounds.high) == (0.0, 1.0)


@pytest.mark.parametrize("interval", WEIGHTED)
@pytest.mark.parametrize("histogram", [(1, 0, 0, 1, 0), (0, 0, 1, 0, 900), (3, 2, 1, 4, 5)])
def test_wider_with_confidence_and_around_the_estimate(interval, histogram):
    estimate = mean_of_cells(sample(*histogram), Y)
    widths = []
    for level in (0.5, 0.8, 0.9, 0.95, 0.99):
        bounds = interval(estimate, level)
        assert estimate.value in bounds
        widths.append(bounds.width)
    assert widths == sorted(widths)


def test_met_is_first_possible_at_36_satisfied_citizens():
    assert clopper_pearson_interval(35, 35).low < 0.9 <= clopper_pearson_interval(36, 36).low


def test_mean_stays_on_its_scale():
    bounds = mean_interval(mean_of_cells(sample(0, 0, 0, 1, 20), RATING))
    assert 1 < bounds.low < bounds.high < 5


@pytest.mark.parametrize("histogram", [(0, 0, 0, 0, 4), (0, 0, 0, 4, 0), (4, 0, 0, 0, 0)])
def test_mean_of_equal_answers_is_not_certain(histogram):
    estimate = mean_of_cells(sample(*histogram), RATING)
    bounds = mean_interval(estimate)
    assert estimate.value in bounds
    assert 1 <= bounds.low < bounds.high <= 5
    assert bounds.width > 1


def test_mean_interval_is_student_in_the_middle_of_a_large_sample():
    estimate = mean_of_cells(sample(2000, 2000, 2000, 2000, 2000), RATING)
    bounds = mean_interval(estimate)
    half = stats.t.ppf(0.975, estimate.df) * estimate.se
    assert bounds.low == pytest.approx(estimate.value - half, rel=1e-4)
    assert bounds.high == pytest.approx(estimate.value + half, rel=1e-4)


def test_agresti_coull_and_jeffreys():
    z = stats.norm.ppf(0.975)
    centre = (8 + z * z / 2) / (10 + z * z)
    bounds = agresti_coull_interval(8, 10)
    assert (bounds.low + bounds.high) / 2 == pytest.approx(centre)
    bounds = jeffreys_interval(8, 10)
    assert bounds.low == pytest.approx(stats.beta.ppf(0.025, 8.5, 2.5))
    assert math.isclose(bounds.high, stats.beta.ppf(0.975, 8.5, 2.5), rel_tol=1e-12)
