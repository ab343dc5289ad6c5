"""Lists of agencies."""

import numpy as np
import pytest

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells
from analytics.estimation.intervals import capped_korn_graubard_interval
from analytics.estimation.multiplicity import benjamini_hochberg, outcomes_of_list, ranks
from analytics.estimation.official import EDITION_1, Outcome
from analytics.estimation.values import Estimate
from analytics.estimation.verdict import judge

Y = (0, 0, 0, 1, 1)


def share(unsatisfied, satisfied):
    cells = CellCounts.from_histograms([0], -1, [[unsatisfied, 0, 0, 0, satisfied]])
    return mean_of_cells(cells, Y)


@pytest.mark.parametrize(
    ("unsatisfied", "satisfied"), [(0, 35), (0, 36), (0, 37), (4, 96), (3, 97), (20, 80), (5, 0)]
)
def test_p_values_pass_one_in_forty_where_the_verdict_changes(unsatisfied, satisfied):
    estimate = share(unsatisfied, satisfied)
    outcome = judge(capped_korn_graubard_interval(estimate), estimate).outcome
    (met,), (not_met,) = EDITION_1.p_values([estimate])
    assert (met <= 0.025) == (outcome is Outcome.MET)
    assert (not_met < 0.025) == (outcome is Outcome.NOT_MET)


def test_without_data_nothing_is_rejected():
    nobody = Estimate.without_data()
    assert EDITION_1.p_values([nobody]) == ([1.0], [1.0])
    assert outcomes_of_list([nobody]) == [Outcome.INCONCLUSIVE]
    assert outcomes_of_list([]) == []


def test_the_example_of_benjamini_and_hochberg():
    """Their 1995 paper, section 3.2: of 15 comparisons the first four are rejected."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert benjamini_hochberg(p).tolist() == [True] * 4 + [False] * 11
    shuffled = np.random.default_rng(1).permutation(15)
    assert benjamini_hochberg(np.array(p)[shuffled]).tolist() == (shuffled < 4).tolist()
    assert benjamini_hochberg([]).tolist() == []


def test_a_list_calls_no_more_than_the_intervals_alone():
    """One just-met agency among many on the target is not called."""
    borderline = share(2, 70)
    assert judge(capped_korn_graubard_interval(borderline), borderline).outcome is Outcome.MET
    others = [share(10, 90)] * 60
    assert outcomes_of_list([borderline, *others])[0] is Outcome.INCONCLUSIVE
    assert outcomes_of_list([borderline])[0] is Outcome.MET


def test_false_calls_stay_below_the_rate():
    rng = np.random.default_rng(2)
    false_calls = calls = 0
    for _ in range(30):
        truth = np.repeat([0.90 - 1e-9, 0.97], [30, 10])
        satisfied = rng.binomial(150, truth)
        outcomes = outcomes_of_list([share(150 - s, s) for s in satisfied])
        met = np.array([o is Outcome.MET for o in outcomes])
        calls += met.sum()
        false_calls += met[:30].sum()
    assert calls > 200
    assert false_calls / calls < 0.05


def test_ranks_of_clearly_different_agencies_are_sure():
    found = ranks([share(50, 950), share(500, 500), share(300, 700)], seed=1)
    assert [(r.low, r.median, r.high) for r in found] == [(1, 1, 1), (3, 3, 3), (2, 2, 2)]


def test_ranks_of_equal_agencies_are_unsure():
    found = ranks([share(10, 90)] * 10, seed=1)
    assert all(r.low <= 2 and r.high >= 9 for r in found)
    assert ranks([], seed=1) == []
