"""Those who answered stand for those who were drawn with them."""

import numpy as np
import pytest

from analytics.estimation.by_draw import NO_DRAW, adjust_by_draw
from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells, poststratify_places
from analytics.estimation.official import Edition, Rule

Y = (0, 0, 0, 1, 1)


def rows(*counts, weight=1.0):
    n = [[unsatisfied, 0, 0, 0, satisfied] for unsatisfied, satisfied in counts]
    return CellCounts.from_histograms([0] * len(n), -1, n, weight)


def test_each_draw_sums_to_its_list():
    cells = rows((1, 9), (2, 2), (3, 3), weight=[10.0, 10.0, 1.0])
    adjusted = adjust_by_draw(cells, [0, 1, NO_DRAW], [0, 0, 0], {(0, 0): 500, (1, 0): 400})
    assert adjusted.cells.weights.sum(axis=1) == pytest.approx([500, 400, 6])
    assert adjusted.cells.squared_weights.sum(axis=1) == pytest.approx([500**2 / 10, 400**2 / 4, 6])
    assert adjusted.silent == ()


def test_a_draw_that_nobody_answered_is_named():
    adjusted = adjust_by_draw(rows((1, 9)), [0], [3], {(0, 3): 50.0, (1, 3): 70.0, (2, 3): 0.0})
    assert adjusted.silent == ((1, 3),)


def test_more_answers_than_were_drawn_are_refused():
    for drawn in ({(0, 0): 9.0}, {}):
        with pytest.raises(ValueError, match="more answers than were drawn"):
            adjust_by_draw(rows((1, 9)), [0], [0], drawn)
    with pytest.raises(ValueError, match="one draw"):
        adjust_by_draw(rows((1, 9)), [0, 1], [0], {})


def test_two_draws_in_one_cell_are_two_adjustment_cells():
    """A late draw of other citizens answers less: pooled, the early ones speak for all."""
    rng, runs = np.random.default_rng(8), 400
    listed, shares, rates = np.array([5000, 5000]), np.array([0.92, 0.82]), np.array([0.5, 0.15])
    truth, drawn = float(shares.mean()), 600
    base = listed / drawn
    held = {"pooled": 0, "by draw": 0}
    for _ in range(runs):
        answered = rng.binomial(drawn, rates)
        satisfied = rng.binomial(answered, shares)
        cells = rows(*zip(answered - satisfied, satisfied, strict=True), weight=base)
        by_draw = adjust_by_draw(cells, [0, 1], [0, 0], {(0, 0): 5000.0, (1, 0): 5000.0}).cells
        for name, weighted in (("pooled", cells), ("by draw", by_draw)):
            framed = poststratify_places(weighted, [0, 0], [10000.0], [0])
            (interval,) = Rule(Edition.SECOND).intervals([mean_of_cells(framed, Y)])
            held[name] += truth in interval
    assert held["by draw"] / runs > 0.93
    assert held["pooled"] / runs < 0.7
