"""The change from one wave to the next."""

import numpy as np
import pytest

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells
from analytics.estimation.change import Direction, change
from analytics.estimation.official import Edition, Rule
from analytics.estimation.values import Estimate

SECOND = Rule(Edition.SECOND)
RULES = (SECOND, SECOND)
MIX = {"counter": 0.5, "web": 0.5}


def share(unsatisfied, satisfied):
    cells = CellCounts.from_histograms([0], -1, [[unsatisfied, 0, 0, 0, satisfied]])
    return mean_of_cells(cells, (0, 0, 0, 1, 1))


def test_a_shift_between_channels_is_no_change():
    """Both channels stay as they are; more come by the web, which pleases less."""
    before = {"counter": share(40, 760), "web": share(40, 160)}
    after = {"counter": share(10, 190), "web": share(160, 640)}
    whole = (share(80, 920), share(170, 830))
    found = change(before, after, MIX, whole=whole, rules=RULES)
    assert found.difference.value == pytest.approx(0.0, abs=1e-12)
    assert found.direction is Direction.NO_EVIDENCE
    assert found.raw.value == pytest.approx(-0.09)
    assert found.raw.interval.high < 0
    assert found.covered == 1.0


@pytest.mark.parametrize("swapped", [False, True])
def test_a_change_has_a_direction(swapped):
    waves = {"counter": share(100, 300)}, {"counter": share(20, 380)}
    before, after = waves[::-1] if swapped else waves
    found = change(before, after, {"counter": 1.0}, rules=RULES)
    assert found.direction is (Direction.WORSE if swapped else Direction.IMPROVED)
    assert abs(found.difference.value) == pytest.approx(0.2)
    assert found.raw is None


def test_only_channels_that_answered_twice_are_compared():
    nobody = Estimate.without_data()
    before = {"counter": share(10, 90), "web": share(50, 50)}
    found = change(before, {"counter": share(10, 90), "web": nobody}, MIX, rules=RULES)
    assert (found.difference.value, found.covered) == (0.0, 0.5)
    assert change(before, {"web": nobody}, MIX, rules=RULES) is None
    assert change(before, before, {}, rules=RULES) is None


def test_each_wave_is_judged_by_its_own_edition():
    before, after = {"c": share(10, 90)}, {"c": share(3, 97)}
    first = Rule(Edition.FIRST)
    (old,), (new,) = first.intervals([before["c"]]), SECOND.intervals([after["c"]])
    found = change(before, after, {"c": 1.0}, rules=(first, SECOND)).difference
    d = 0.97 - 0.90
    low = d - np.hypot(0.97 - new.low, old.high - 0.90)
    assert found.interval.low == pytest.approx(low)


def test_no_change_is_called_one_as_rarely_as_stated():
    rng, runs, called = np.random.default_rng(9), 600, 0

    def wave():
        satisfied = rng.binomial(150, [0.95, 0.85])
        return {c: share(150 - s, s) for c, s in zip(MIX, satisfied, strict=True)}

    for _ in range(runs):
        found = change(wave(), wave(), MIX, rules=RULES)
        called += found.direction is not Direction.NO_EVIDENCE
    assert called / runs < 0.06
