"""Shares of R²."""

import numpy as np
import pytest

from analytics.estimation.design import SurveyDesign
from analytics.estimation.drivers import Quadrant, dimension_scores, drivers, lmg_shares

rng = np.random.default_rng(6)
N = 400
SPEED, STAFF, PLACE = rng.normal(size=(3, N))
OVERALL = 2 * SPEED + STAFF + rng.normal(size=N)
NAMES = ("speed", "staff", "place")
DESIGN = SurveyDesign.sample(N, weights=rng.choice([1.0, 3.0], N))


def test_uncorrelated_dimensions_share_by_their_squared_slopes():
    shares, r_squared = lmg_shares([[1, 0, 0, 2], [0, 1, 0, 1], [0, 0, 1, 0], [2, 1, 0, 6]])
    assert shares == pytest.approx([0.8, 0.2, 0.0])
    assert r_squared == pytest.approx(5 / 6)


def test_twins_share_equally():
    shares, _ = lmg_shares([[1, 1, 1], [1, 1, 1], [1, 1, 2]])
    assert shares == pytest.approx([0.5, 0.5])


def test_nothing_explained_nothing_preferred():
    shares, r_squared = lmg_shares([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert shares.tolist() == [0.5, 0.5]
    assert r_squared == 0


def test_drivers_are_found_with_their_uncertainty():
    found = drivers(DESIGN, OVERALL, np.column_stack([SPEED, STAFF, PLACE]), NAMES, seed=1)
    importance = {d.name: d.importance for d in found.drivers}
    assert sum(importance.values()) == pytest.approx(1)
    assert importance["speed"] > importance["staff"] > importance["place"]
    assert all(d.low <= d.importance <= d.high for d in found.drivers)
    assert 0.7 < found.r_squared < 0.95


def test_missing_items_are_left_out_and_counted():
    staff = STAFF.copy()
    staff[:50] = np.nan
    found = drivers(DESIGN, OVERALL, np.column_stack([SPEED, staff]), NAMES[:2], seed=1)
    assert (found.n, found.asked) == (N - 50, N)


def test_too_little_to_explain_says_nothing():
    table = np.column_stack([SPEED, STAFF])
    assert drivers(DESIGN, np.ones(N), table, NAMES[:2], seed=1) is None
    few = DESIGN.within(np.arange(N) < 3)
    assert drivers(few, OVERALL, table, NAMES[:2], seed=1) is None


def test_important_and_weak_comes_first():
    found = drivers(DESIGN, OVERALL, np.column_stack([SPEED - 1, STAFF, PLACE + 1]), NAMES, seed=1)
    assert [d.quadrant for d in found.drivers] == [
        Quadrant.CONCENTRATE_HERE,
        Quadrant.MORE_THAN_NEEDED if found.drivers[1].performance > 0 else Quadrant.LOW_PRIORITY,
        Quadrant.MORE_THAN_NEEDED,
    ]


def test_a_dimension_is_scored_on_half_of_its_items_or_more():
    nan = np.nan
    items = [[4, 5, nan, nan], [4, nan, nan, nan], [nan] * 4, [1, 2, 3, 4]]
    assert dimension_scores(items).tolist() == pytest.approx([4.5, nan, nan, 2.5], nan_ok=True)
