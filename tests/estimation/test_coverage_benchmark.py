"""The simulated surveys of the coverage tables have the share that they say."""

import numpy as np
import pytest

from benchmarks.coverage import DESIGNS, INTERVALS, OFFICIAL, run_scenario


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
