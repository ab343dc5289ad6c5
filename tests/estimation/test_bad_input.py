"""What cannot be computed is refused in words, or is a value that says so: never NaN."""

import math

import numpy as np
import pytest

from analytics.estimation import (
    calibration,
    comparison,
    estimates,
    intervals,
    quantiles,
    replicates,
    weighting,
)
from analytics.estimation.design import SurveyDesign

DESIGN = SurveyDesign.sample(6, weights=[1, 2, 3, 1, 2, 3], strata=[0, 0, 0, 1, 1, 1])
ONE = DESIGN.within([True] + [False] * 5)
NOBODY = DESIGN.within([False] * 6)
Y = np.array([1.0, 0, 1, 1, 0, 1])
MISSING = np.full(6, math.nan)
HALVES = [0, 0, 0, 1, 1, 1]

REFUSED = {
    "weights must be finite": lambda: SurveyDesign.sample(2, weights=[1, math.nan]),
    "not negative": lambda: SurveyDesign.sample(2, weights=[1, -1]),
    r"weights have shape \(2,\)": lambda: SurveyDesign.sample(3, weights=[1, 1]),
    "labels have shape": lambda: SurveyDesign.sample(3, strata=[1, 1]),
    "labels are missing": lambda: SurveyDesign.sample(2, strata=[1.0, math.nan]),
    "population sizes": lambda: SurveyDesign.sample(2, population=[[math.nan, 5]]),
    "a boolean each response": lambda: DESIGN.within([True]),
    "values have shape": lambda: estimates.mean(DESIGN, [1, 2]),
    "values must be finite": lambda: estimates.mean(DESIGN, [math.inf, 0, 0, 0, 0, 0]),
    "not defined in this domain": lambda: estimates.means(NOBODY, Y),
    "denominator of zero": lambda: estimates.ratios(DESIGN, Y, np.zeros(6)),
    "covariances need two": lambda: estimates.covariances(ONE, Y),
    "two groups": lambda: comparison.difference_of_domains(DESIGN, Y, np.zeros(6)),
    "between 0 and 1": lambda: quantiles.quantile(DESIGN, Y, 1.5),
    "a confidence level": lambda: intervals.logit_interval(estimates.mean(DESIGN, Y), 95),
    "no count of successes": lambda: intervals.wilson_interval(5, 3),
    "from its lowest": lambda: intervals.mean_interval(estimates.mean(DESIGN, Y), (5, 1)),
    "finite and not negative": lambda: weighting.poststratify(DESIGN, HALVES, {0: math.nan, 1: 3}),
    "at least one margin": lambda: weighting.rake(DESIGN, []),
    "the lower comes first": lambda: weighting.trim(DESIGN, lower=3, upper=1),
    "no positive weight": lambda: weighting.median_limit([0.0]),
    "a column for each total": lambda: calibration.calibrate_linear(DESIGN, np.ones((6, 2)), [5]),
    "complete or leave out": lambda: calibration.calibrate_linear(DESIGN, MISSING, [5]),
    "heteroscedasticity": lambda: calibration.calibrate_linear(
        DESIGN, Y, [5], heteroscedasticity=Y - 1
    ),
    "widen the bounds": lambda: calibration.calibrate_logit(
        DESIGN, np.ones(6), [40], bounds=(0.5, 2)
    ),
    "two or more": lambda: replicates.jackknife_1(SurveyDesign.sample(1)),
    "a column for each replicate": lambda: replicates.ReplicateDesign.supplied(
        [1, 1, 1], [[1, 1], [1, 1]], scale=1
    ),
}


@pytest.mark.parametrize("words", REFUSED)
def test_it_is_refused_in_words(words):
    with pytest.raises(ValueError, match=words):
        REFUSED[words]()


@pytest.mark.parametrize(("design", "y"), [(NOBODY, Y), (DESIGN, MISSING)])
def test_without_data_the_value_says_so(design, y):
    assert not estimates.mean(design, y).has_data
    assert not estimates.total(design, y).has_data
    assert not estimates.ratio(design, y, y).has_data
    assert not estimates.net_promoter_score(design, y).has_data
    assert quantiles.quantile(design, y, 0.5) is None
    assert estimates.distribution(design, y).names == ()
    assert estimates.domain_means(design, y, HALVES).names == ()


def test_one_response_has_a_real_interval():
    estimate = estimates.mean(ONE, Y)
    assert (estimate.value, estimate.se, estimate.n) == (1, 0, 1)
    interval = intervals.capped_korn_graubard_interval(estimate)
    assert 0 < interval.low < interval.high == 1
