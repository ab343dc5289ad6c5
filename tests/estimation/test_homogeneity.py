"""Whether groups differ, against SciPy's own test and by simulation."""

import numpy as np
import pytest
from scipy import stats

from analytics.estimation.homogeneity import FEWEST_EXPECTED, homogeneity


@pytest.mark.parametrize(
    ("satisfied", "answers"), [((90, 80), (100, 100)), ((18, 40, 61), (20, 50, 70))]
)
def test_without_a_design_it_is_pearsons(satisfied, answers):
    table = [satisfied, np.subtract(answers, satisfied)]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert homogeneity(satisfied, answers) == pytest.approx(expected)


def test_a_design_that_makes_answers_alike_makes_it_surer_of_nothing():
    satisfied, answers = (80, 95), (100, 100)
    one = homogeneity(satisfied, answers)
    assert homogeneity(satisfied, answers, 0.5) > one
    assert homogeneity((160, 190), (200, 200), 0.5) == pytest.approx(one)


@pytest.mark.parametrize(
    ("satisfied", "answers"), [((50, 50), (50, 50)), ((0, 0), (30, 30)), ((20, 99), (20, 100))]
)
def test_nothing_is_said_where_one_kind_is_too_rare(satisfied, answers):
    assert homogeneity(satisfied, answers) is None


@pytest.mark.parametrize("share", [0.7, 0.9, 0.95])
@pytest.mark.parametrize("answers", [[20] * 12, [20, 20, 300], [200] * 6])
def test_where_nothing_differs_it_says_so_in_nineteen_of_twenty(share, answers):
    random = np.random.default_rng(2570)
    found = [
        homogeneity(random.binomial(answers, share), np.array(answers)) for _run in range(4000)
    ]
    alarms = np.mean([each is not None and each < 0.05 for each in found])
    assert alarms < 0.062
    assert FEWEST_EXPECTED == 1


def test_it_finds_a_month_ten_points_below_eleven_others():
    random = np.random.default_rng(2570)
    shares, answers = np.array([0.82, *[0.92] * 11]), np.full(12, 200)
    found = [homogeneity(random.binomial(answers, shares), answers) < 0.05 for _run in range(500)]
    assert np.mean(found) > 0.85
