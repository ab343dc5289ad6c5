"""Bounds that may be looked at every day follow what the score estimates."""

import numpy as np
import pytest
from scipy import integrate, stats

from analytics.estimation import interim
from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells
from analytics.estimation.interim import interim_intervals, running_bounds
from analytics.estimation.official import Edition, Outcome, Rule, decide
from analytics.estimation.values import Columns, Estimate
from benchmarks.monitoring import KINDS, look_daily, steady

SECOND = Rule(Edition.SECOND)


def share(unsatisfied, satisfied):
    cells = CellCounts.from_histograms([0], -1, [[unsatisfied, 0, 0, 0, satisfied]])
    return mean_of_cells(cells, (0, 0, 0, 1, 1))


@pytest.mark.parametrize(("x", "n"), [(0, 4), (3, 40), (95, 100), (36, 36), (1800, 2000)])
def test_they_are_wider_than_those_for_one_look(x, n):
    (daily,), (once,) = (f([share(n - x, x)]) for f in (bounds, SECOND.intervals))
    assert daily.low < once.low or once.low == 0
    assert daily.high > once.high or once.high == 1
    assert daily.low <= x / n <= daily.high
    assert daily.size == once.size


def bounds(estimates):
    return interim_intervals(Columns.of(estimates), SECOND).separate()


def test_without_data_nothing_is_said():
    (nothing,) = bounds([Estimate.without_data()])
    assert (nothing.low, nothing.high) == (0.0, 1.0)
    assert bounds([]) == []


def test_the_mixture_is_nearly_the_half_normal_one():
    """The wealth of the nodes against the integral over their density."""
    scale = 1 / np.sqrt(interim.TUNED_TO * interim.REFERENCE_VARIANCE)
    low = running_bounds(np.array([0.95]), np.array([300.0]), 0.95)[0][0]

    def wealth(odds):
        return np.exp(300 * (0.95 * odds - np.log1p(low * np.expm1(odds))))

    exact, _error = integrate.quad(lambda o: wealth(o) * stats.halfnorm.pdf(o, scale=scale), 0, 4)
    assert exact == pytest.approx(80, rel=0.05)


def test_shares_and_their_complements_mirror_each_other():
    low, high = running_bounds(np.array([0.93, 0.07]), np.array([80.0, 80.0]), 0.95)
    assert low == pytest.approx(1 - high[::-1], abs=1e-9)


def test_the_running_mean_stays_inside_at_all_times_though_it_moves():
    """From 0.97 down to 0.80 and up again, over 400 answers, with a look at every fourth."""
    rng, runs = np.random.default_rng(12), 120
    truth = 0.885 + 0.085 * np.cos(np.linspace(0, 2 * np.pi, 400))
    n = np.arange(1, 401)
    looks = slice(3, None, 4)
    running = (np.cumsum(truth) / n)[looks]
    missed_low = missed_high = 0
    for _ in range(runs):
        p = np.cumsum(rng.random(400) < truth) / n
        low, high = running_bounds(p[looks], n[looks].astype(float), 0.95)
        missed_low += (low > running + 1e-9).any()
        missed_high += (high < running - 1e-9).any()
    assert missed_low / runs <= 0.025
    assert missed_high / runs <= 0.025


def test_what_was_met_in_spring_is_not_met_for_good():
    """The sequence of earlier waves intersected all days; its MET could never be taken back."""
    spring, year = share(10, 490), share(310, 1690)
    assert decide(bounds([spring])[0], 0.9) is Outcome.MET
    assert decide(bounds([year])[0], 0.9) is Outcome.NOT_MET


@pytest.mark.parametrize("kind", KINDS)
def test_years_of_daily_looks_are_rarely_false(kind):
    """A short run of the benchmark, which shows 1,000 years of each kind."""
    looks = look_daily(KINDS[kind](0.9), 40, np.random.default_rng(13), every=14)
    assert max(looks.false(looks.running)) <= 0.1


def test_looking_daily_at_the_fixed_interval_is_not():
    looks = look_daily(steady(0.9), 100, np.random.default_rng(14), every=7)
    assert sum(looks.false(looks.fixed)) > 0.06
