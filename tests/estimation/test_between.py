"""“With 95 % confidence between a and b of K agencies meet the target”: both bounds at once, over
simulated lists in which somebody knows how many do."""

import numpy as np
import pytest

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import means_by_domain
from analytics.estimation.multiplicity import between
from analytics.estimation.official import TARGET, Edition, Rule

RULE = Rule(Edition.SECOND)
LISTS = 400
CHANCE = 2 * (0.05 * 0.95 / LISTS) ** 0.5

LIST = {
    "none meets it, all by a hair": np.full(40, 0.8999),
    "all meet it, none by more": np.full(40, 0.90),
    "half on each side, near": np.tile([0.895, 0.905], 20),
    "half far under, half on it": np.tile([0.70, 0.90], 20),
    "half far above, half just under": np.tile([0.99, 0.8999], 20),
    "spread as agencies are": np.linspace(0.82, 0.98, 40),
}


def drawn(shares: np.ndarray, rng: np.random.Generator):
    """Estimates of agencies in each list: two cells of unequal weight, 20 to 600 answers."""
    lists, agencies = LISTS, len(shares)
    answers = rng.integers(10, 300, (lists, agencies, 2))
    gap = np.minimum(0.02, (1 - shares) / 3)
    parts = np.stack([shares + gap, shares - gap], axis=1)  # halves of the encounters
    satisfied = rng.binomial(answers, np.clip(parts, 0, 1))
    counts = np.stack([answers - satisfied, satisfied], axis=3).reshape(-1, 2)
    stratum = np.arange(len(counts))
    weight = 1 / answers.reshape(-1)
    cells = CellCounts.from_histograms(stratum, -1, counts, weight, values=(0, 1))
    found = means_by_domain(cells, (0, 1), stratum // 2, domains=lists * agencies)
    return [found[k : k + agencies] for k in range(0, len(found), agencies)]


@pytest.mark.parametrize("name", LIST)
def test_the_number_that_meets_the_target_lies_between(name):
    shares, rng = LIST[name], np.random.default_rng(95)
    meet = int((shares >= TARGET).sum())
    bounds = np.array([between(each, TARGET, RULE) for each in drawn(shares, rng)])
    outside = (bounds[:, 0] > meet) | (bounds[:, 1] < meet)
    assert outside.mean() <= 0.05 + CHANCE
    # Each bound alone errs in half of that.
    assert (bounds[:, 0] > meet).mean() <= 0.025 + CHANCE
    assert (bounds[:, 1] < meet).mean() <= 0.025 + CHANCE


def test_the_sum_of_single_verdicts_does_not_hold_it():
    """Else the bounds would be put to no test: of 300 agencies under the target some are called."""
    shares, rng = np.full(100, 0.899), np.random.default_rng(7)
    called = [
        sum(interval.low >= TARGET for interval in RULE.intervals(each))
        for each in drawn(shares, rng)
    ]
    assert np.mean(np.array(called) > 0) > 0.3


def test_the_bounds_say_something():
    shares, rng = np.tile([0.80, 0.98], 20), np.random.default_rng(8)
    bounds = np.array([between(each, TARGET, RULE) for each in drawn(shares, rng)[:50]])
    assert bounds[:, 0].mean() > 8
    assert bounds[:, 1].mean() < 32
