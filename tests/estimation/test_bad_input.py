"""What cannot be computed is refused in words, or is a value that says so: never NaN."""

import dataclasses
import math

import numpy as np
import pytest

from analytics.estimation import (
    calibration,
    comparison,
    deff,
    drivers,
    estimates,
    intervals,
    mean_bounds,
    planning,
    quantile_rules,
    quantiles,
    replicates,
    weighting,
)
from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import means_by_domain, poststratify
from analytics.estimation.design import SurveyDesign
from analytics.estimation.lonely import LonelyPSU
from analytics.estimation.values import Columns, Estimate

DESIGN = SurveyDesign.sample(6, weights=[1, 2, 3, 1, 2, 3], strata=[0, 0, 0, 1, 1, 1])
ONE = DESIGN.within([True] + [False] * 5)
NOBODY = DESIGN.within([False] * 6)
Y = np.array([1.0, 0, 1, 1, 0, 1])
MISSING = np.full(6, math.nan)
HALVES = [0, 0, 0, 1, 1, 1]
ALONE = SurveyDesign.sample(3, strata=[0, 0, 1], lonely=LonelyPSU.FAIL)
SILENT = replicates.ReplicateDesign.supplied(np.ones(6), np.zeros((6, 2)), scale=1)
CELLS = CellCounts.from_histograms([0], [0], [[1, 2, 3, 4, 5]])


def bootstrap_of(design):
    return replicates.bootstrap(design, 5, 1)


def cells_with(**changed):
    return dataclasses.replace(CELLS, **changed)


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
    "replicate weights must be finite": lambda: replicates.ReplicateDesign.supplied(
        [1, 1], [[math.nan], [1]], scale=1
    ),
    "ask for fewer": lambda: estimates.means(SILENT, Y),
    "declare another rule for it": lambda: bootstrap_of(ALONE),
    "declare another rule, or merge": lambda: estimates.mean(ALONE, Y[:3]),
    "sizes must be positive": lambda: SurveyDesign.sample(2, population=[[0, 5]]),
    "more units sampled": lambda: SurveyDesign.sample(3, population=[[2, 2, 2]]),
    "with 1 between them": lambda: calibration.calibrate_logit(
        DESIGN, np.ones(6), [12], bounds=(1.0, 2.0)
    ),
    "must have the shape": lambda: cells_with(weights=np.ones((1, 4))),
    "one entry per cell": lambda: cells_with(psu=np.zeros(2, dtype=int)),
    "cannot be negative": lambda: cells_with(counts=-np.ones((1, 5))),
    "counts must be a table": lambda: CellCounts.from_histograms([0], [0], [1, 2]),
    "one poststratum per cell": lambda: poststratify(CELLS, [0, 1], {0: 5}),
    "a value per rating": lambda: means_by_domain(CELLS, [1.0], [0]),
    "dimensions are too many": lambda: drivers.drivers(
        DESIGN, Y, np.zeros((6, drivers.MOST_DIMENSIONS + 1)), "a", seed=1
    ),
    "no attainable sample": lambda: planning.responses_for_width(0.5, 1e-9),
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


@pytest.mark.parametrize(
    "interval",
    [
        intervals.wald_interval,
        intervals.wilson_interval,
        intervals.clopper_pearson_interval,
        intervals.agresti_coull_interval,
        intervals.jeffreys_interval,
    ],
)
def test_of_no_answers_every_interval_is_the_whole_scale(interval):
    found = interval(0, 0)
    assert (found.low, found.high) == (0.0, 1.0)


def test_the_interval_taught_in_schools_is_symmetric_and_leaves_the_scale():
    found = intervals.wald_interval(9, 10)
    half = 1.959963984540054 * math.sqrt(0.9 * 0.1 / 10)
    assert (found.low, found.high) == pytest.approx((0.9 - half, 0.9 + half))
    assert found.high > 1


def test_without_data_weighted_intervals_are_the_whole_scale():
    nothing = Estimate.without_data()
    for interval in (intervals.wald_weighted_interval, intervals.expit_interval):
        found = interval(nothing)
        assert (found.low, found.high) == (0.0, 1.0)


def test_with_no_end_of_degrees_of_freedom_the_quantile_is_normal():
    found = intervals.wald_weighted_interval(estimates.mean(DESIGN, Y), df=math.inf)
    estimate = estimates.mean(DESIGN, Y)
    assert found.high - estimate.value == pytest.approx(1.959963984540054 * estimate.se)


def test_differences_and_design_effects_without_data():
    assert comparison.difference_from(NOBODY, Y, 0.5) is None
    assert deff.simple_random_variance(NOBODY, Y) is None
    assert deff.mean_design_effect(NOBODY, Y) is None
    assert deff.total_design_effect(NOBODY, Y) is None
    assert deff.ratio_design_effect(NOBODY, Y, Y) is None


def test_a_ratio_that_is_the_same_everywhere_has_no_design_effect():
    assert deff.ratio_design_effect(DESIGN, 2 * Y, Y) is None


def test_a_design_effect_of_a_ratio_is_that_of_the_total_of_its_residuals():
    x = np.array([1.0, 2, 3, 1, 2, 3])
    value = estimates.ratio(DESIGN, Y, x).value
    residual = (Y - value * x) / float(DESIGN.weights @ x)
    found = deff.ratio_design_effect(DESIGN, Y, x, with_replacement=True)
    variance = estimates.total(DESIGN, residual).variance
    simple = deff.simple_random_variance(DESIGN, residual) * DESIGN.weights.sum() ** 2
    assert found == pytest.approx(variance / simple)


def test_quantiles_of_one_answer_are_that_answer():
    found = quantiles.quantile(ONE, Y, 0.5, rule=quantile_rules.hf7)
    assert found.value == 1.0
    assert quantiles.replicated_quantile(bootstrap_of(DESIGN), MISSING, 0.5) is None


def test_a_design_with_nobody_left_has_no_degrees_of_freedom():
    assert bootstrap_of(DESIGN).within([False] * 6).df == 0


def test_half_samples_weigh_as_many_as_there_are():
    assert replicates.half_sample_scale(20) == 1 / 20
    assert replicates.half_sample_scale(20, fay=0.5) == pytest.approx(1 / 5)


def test_raked_replicates_keep_the_margins():
    margin = weighting.Margin(HALVES, {0: 30.0, 1: 70.0})
    other = weighting.Margin([0, 1, 0, 1, 0, 1], {0: 40.0, 1: 60.0})
    raked, ended = weighting.rake(bootstrap_of(DESIGN), [margin, other])
    assert ended.converged
    assert raked.base_weights[:3].sum() == pytest.approx(30.0)
    assert raked.replicates.sum(axis=0) == pytest.approx(100.0)


def test_as_many_responses_a_psu_as_there_are():
    estimate = dataclasses.replace(estimates.mean(DESIGN, Y), n=12, psus=4)
    assert estimate.responses_per_psu == 3.0
    assert dataclasses.replace(estimate, psus=None).responses_per_psu == 1.0


def test_only_what_lies_outside_its_limits_is_trimmed():
    g = np.array([0.9, 1.0, 1.1])
    assert calibration._trimmed(g, np.ones(3), (0.5, 2.0)) is g
    trimmed = calibration._trimmed(np.array([0.5, 1.0, 3.0]), np.ones(3), (0.5, 2.0))
    assert trimmed.tolist() == [1.0, 1.5, 2.0]


def test_the_logit_interval_is_symmetric_in_the_log_odds():
    estimate = estimates.mean(DESIGN, Y)
    found = intervals.logit_interval(estimate)
    assert 0 < found.low < estimate.value < found.high < 1
    low, centre, high = (math.log(p / (1 - p)) for p in (found.low, estimate.value, found.high))
    assert high - centre == pytest.approx(centre - low)


def test_a_difference_from_a_fixed_value_moves_with_it():
    estimate = estimates.mean(DESIGN, Y)
    found = comparison.difference_from(DESIGN, Y, 0.25)
    assert found.value == pytest.approx(estimate.value - 0.25)
    assert found.se == pytest.approx(estimate.se)


def test_a_stratum_of_one_psu_keeps_its_weight_in_every_replicate():
    design = SurveyDesign.sample(3, strata=[0, 0, 1], lonely=LonelyPSU.ADJUST)
    replicated = bootstrap_of(design)
    assert replicated.rows == 3
    assert replicated.replicates[2].tolist() == [1.0] * 5


def test_the_design_effect_is_the_size_over_the_effective_size():
    estimate = dataclasses.replace(estimates.mean(DESIGN, Y), n=6, n_eff=4.0)
    assert estimate.deff == 1.5
    assert dataclasses.replace(estimate, n_eff=None).deff is None


def test_a_scale_upside_down_is_refused_for_many_means_too():
    columns = Columns.of([estimates.mean(DESIGN, Y)])
    with pytest.raises(ValueError, match="from its lowest"):
        mean_bounds.bounds(columns, (5.0, 1.0), None, 0.95)
