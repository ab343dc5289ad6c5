"""The simulated surveys of the coverage tables have the share that they say."""

import numpy as np
import pytest

from benchmarks.coverage import DESIGNS, INTERVALS, OFFICIAL, run_scenario
from benchmarks.intervals import MORE, RULES, clustered_waves, of_each_wave, scenarios


@pytest.mark.parametrize("p", [0.80, 0.90, 0.97])
@pytest.mark.parametrize("design", DESIGNS)
def test_the_share_is_the_one_named(design, p):
    rng = np.random.default_rng(1)
    estimates = DESIGNS[design](rng, 3000, p, 60).estimates(3000)
    values = np.array([e.value for e in estimates])
    assert values.mean() == pytest.approx(p, abs=4 * values.std() / np.sqrt(3000) + 2e-3)


@pytest.mark.parametrize("design", DESIGNS)
def test_the_effective_size_is_near_the_one_named(design):
    estimates = DESIGNS[design](np.random.default_rng(2), 400, 0.85, 120).estimates(400)
    size = 0.85 * 0.15 / np.var([e.value for e in estimates])
    assert 90 < size < 170


def test_the_official_interval_covers_and_the_naive_rule_errs():
    scenario = run_scenario("unequal weights", 0.88, 60, 400, np.random.default_rng(3))
    assert scenario.covered.keys() == INTERVALS.keys()
    assert scenario.covered[OFFICIAL] > 0.93
    assert scenario.met < 0.02 < 0.2 < scenario.naive_met


@pytest.mark.parametrize("name", MORE)
def test_the_further_scenarios_have_the_share_that_they_name(name):
    rng, values = np.random.default_rng(6), []
    for _ in range(40):
        drawn = MORE[name](rng, 100, 0.93, 60)
        values += [e.value for e in drawn.estimates(100)]
    assert np.mean(values) == pytest.approx(0.93, abs=4 * np.std(values) / np.sqrt(len(values)))


def test_there_are_250_scenarios_of_which_the_first_half_stands_in_the_other_benchmark():
    found = list(scenarios())
    assert len(found) == 250
    assert len({(name, p, size) for name, _design, p, size in found}) == 250


def test_the_second_edition_misses_less_low_where_clusters_are_strong():
    drawn = clustered_waves(np.random.default_rng(7), 3, psus=8, size=30)
    missed = {
        name: np.mean(of_each_wave(rule, drawn)[0] > drawn.share) for name, rule in RULES.items()
    }
    assert missed["edition 1"] > 0.04
    assert missed["edition 2, pooled"] < 0.025
