"""Lists of agencies."""

from itertools import combinations

import numpy as np
import pytest

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells
from analytics.estimation.intervals import capped_korn_graubard_interval
from analytics.estimation.multiplicity import (
    at_least_false,
    benjamini_hochberg,
    between,
    gaps,
    holm,
    outcomes_of_list,
)
from analytics.estimation.official import EDITION_1, Edition, Outcome, Rule
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


def test_holm_steps_down():
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.5]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


def test_the_number_of_false_hypotheses_is_that_of_the_closed_test():
    """Against the definition: the largest of all subsets that Simes' test does not reject."""
    rng = np.random.default_rng(3)
    for _ in range(60):
        p = np.concatenate([rng.random(5), rng.random(3) * 0.02])
        kept = 0
        for size in range(1, len(p) + 1):
            for subset in combinations(np.sort(p), size):
                if all(q > 0.05 * (i + 1) / size for i, q in enumerate(subset)):
                    kept = size
        assert at_least_false(p, 0.05) == len(p) - kept
    assert at_least_false([], 0.05) == 0


def test_how_many_meet_the_target_lies_between_the_bounds():
    """Of 40 agencies 15 meet it, some barely; the bounds hold all at once and say something."""
    rng, rule = np.random.default_rng(4), Rule(Edition.SECOND)
    truth = np.repeat([0.97, 0.9, 0.899, 0.8], [10, 5, 5, 20])
    held, widths = 0, []
    for _ in range(150):
        satisfied = rng.binomial(200, truth)
        a, b = between([share(200 - s, s) for s in satisfied.tolist()], rule=rule)
        held += a <= 15 <= b
        widths.append(b - a)
    assert held / 150 >= 0.95
    assert np.mean(widths) < 25


def test_gaps_between_equal_channels_are_rarely_larger_than_chance():
    """Eight channels at one share: unadjusted, some of the 28 pairs differs in a fifth and more."""
    rng, rule, runs = np.random.default_rng(5), Rule(Edition.SECOND), 300
    found = single = 0
    for _ in range(runs):
        satisfied = rng.binomial(150, 0.92, 8)
        pairs = gaps([share(150 - s, s) for s in satisfied.tolist()], rule)
        assert len(pairs) == 28
        found += min(gap.p_value for gap in pairs) <= 0.05
        single += min(gap.p_value for gap in pairs) / 28 <= 0.05
    assert found / runs < 0.05
    assert single / runs > 0.2


def test_a_gap_that_is_there_is_found():
    (near, far, other) = gaps([share(5, 195), share(60, 140), share(8, 192)])
    assert (near.first, near.second) == (0, 1)
    assert near.value == pytest.approx(0.275)
    assert max(near.p_value, other.p_value) < 1e-6 < 0.05 < far.p_value
    assert gaps([Estimate.without_data(), share(1, 9)]) == []
