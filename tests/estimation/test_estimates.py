"""Means, totals, distributions, quantiles and differences of single responses."""

import numpy as np
import pytest

from analytics.estimation import comparison, deff, estimates, quantile_rules, quantiles
from analytics.estimation.design import SurveyDesign
from analytics.estimation.lonely import LonelyPSUError
from analytics.estimation.replicates import bootstrap

rng = np.random.default_rng(3)
N = 240
STRATUM = np.repeat(np.arange(4), 60)
W = np.repeat([1.0, 2.0, 3.0, 4.0], 60)
RATING = rng.choice([1, 2, 3, 4, 5.0], N, p=[0.1, 0.1, 0.1, 0.3, 0.4])
RATING[rng.random(N) < 0.1] = np.nan
DESIGN = SurveyDesign.sample(N, weights=W, strata=STRATUM)


def test_missing_answers_leave_the_domain_not_the_design():
    estimate = estimates.mean(DESIGN, RATING)
    known = ~np.isnan(RATING)
    assert estimate.value == pytest.approx(np.average(RATING[known], weights=W[known]))
    assert estimate.n == known.sum()
    assert estimate == estimates.mean(DESIGN.within(known), np.nan_to_num(RATING))


def test_a_domain_without_data_says_so():
    nobody = DESIGN.within(np.zeros(N, dtype=bool))
    for estimate in (
        estimates.mean(nobody, RATING),
        estimates.total(nobody, RATING),
        estimates.ratio(nobody, RATING, W),
        estimates.variance(nobody, RATING),
        estimates.log_odds(nobody, RATING > 3),
        estimates.net_promoter_score(nobody, RATING),
    ):
        assert (estimate.value, estimate.se, estimate.n) == (None, None, 0)
    assert quantiles.quantile(nobody, RATING, 0.5) is None
    assert quantiles.score_quantile(nobody, RATING, 0.5) is None
    assert deff.mean_design_effect(nobody, RATING) is None


def test_the_distribution_sums_to_one_and_holds_the_proportions():
    shares = estimates.distribution(DESIGN, RATING)
    assert shares.names == (1.0, 2.0, 3.0, 4.0, 5.0)
    assert shares.values.sum() == pytest.approx(1)
    assert shares.covariance.sum() == pytest.approx(0, abs=1e-15)
    top = shares.contrast([0, 0, 0, 1, 1])
    satisfied = estimates.mean(DESIGN, np.where(np.isnan(RATING), np.nan, RATING >= 4))
    assert top.values[0] == pytest.approx(satisfied.value)
    assert top.se[0] == pytest.approx(satisfied.se)


def test_net_promoter_score_is_promoters_less_detractors():
    answer = np.array([10, 9, 9, 8, 7, 6, 0])
    nps = estimates.net_promoter_score(SurveyDesign.sample(7), answer)
    assert nps.value == pytest.approx((3 - 2) / 7)
    p, q = 3 / 7, 2 / 7
    assert nps.variance == pytest.approx((p + q - (p - q) ** 2) / 6)


def test_a_ratio_over_nothing_has_no_value():
    assert estimates.ratio(DESIGN, RATING, np.zeros(N)).value is None


def test_a_lonely_psu_fails_unless_told_otherwise():
    with pytest.raises(LonelyPSUError):
        estimates.mean(SurveyDesign.sample(3, strata=[0, 0, 1]), [0, 1, 1])


def test_domain_means_know_what_they_share():
    psu = np.arange(N) % 20
    clustered = SurveyDesign.sample(N, weights=W, units=[psu])
    sex = rng.choice(["f", "m"], N)
    both = estimates.domain_means(clustered, RATING, sex)
    assert both.names == ("f", "m")
    assert both.covariance[0, 1] != 0
    change = comparison.difference_of_domains(clustered, RATING, sex)
    assert change.value == pytest.approx(both.values[1] - both.values[0])
    expected = both.covariance[0, 0] + both.covariance[1, 1] - 2 * both.covariance[0, 1]
    assert change.se**2 == pytest.approx(expected)


def test_mover_keeps_a_difference_within_bounds_and_covers_zero_for_equals():
    a = estimates.mean(SurveyDesign.sample(12), np.ones(12))
    b = estimates.mean(SurveyDesign.sample(12), np.zeros(12))
    apart = comparison.difference_of_proportions(a, b)
    assert apart.value == 1
    assert 0 < apart.interval.low < apart.interval.high == 1
    same = comparison.difference_of_proportions(a, a)
    assert same.interval.low < 0 < same.interval.high
    nobody = estimates.mean(SurveyDesign.sample(2).within([False, False]), [0, 1])
    assert comparison.difference_of_proportions(a, nobody) is None


def test_overlap_narrows_a_change():
    y = rng.random(N) < 0.8
    a = estimates.mean(DESIGN, y)
    apart, together = (
        comparison.difference_of_proportions(a, a, correlation=rho) for rho in (0, 0.6)
    )
    assert together.interval.width < apart.interval.width
    assert together.se < apart.se


def test_unweighted_quantiles_are_those_of_numpy():
    x = rng.normal(size=41)
    design = SurveyDesign.sample(41)
    rules = {
        quantile_rules.hf4: "interpolated_inverted_cdf",
        quantile_rules.hf5: "hazen",
        quantile_rules.hf6: "weibull",
        quantile_rules.hf7: "linear",
        quantile_rules.hf8: "median_unbiased",
        quantile_rules.hf9: "normal_unbiased",
    }
    for rule, method in rules.items():
        for p in (0.1, 0.5, 0.77):
            ours = quantiles.quantile(design, x, p, rule=rule)
            assert ours.value == pytest.approx(np.quantile(x, p, method=method)), method
            assert ours.value in ours.interval


def test_design_effect_of_equal_weights_is_one():
    y = rng.normal(size=N)
    assert deff.mean_design_effect(SurveyDesign.sample(N), y) == pytest.approx(1)
    assert deff.total_design_effect(SurveyDesign.sample(N), y) == pytest.approx(1)


def test_a_function_of_estimates_by_the_delta_method():
    shares = estimates.distribution(DESIGN, RATING)
    odds = shares.transform(lambda p: np.log(p[4] / (1 - p[4])))
    direct = estimates.log_odds(DESIGN, np.where(np.isnan(RATING), np.nan, RATING == 5))
    assert odds.values[0] == pytest.approx(direct.value)
    assert odds.se[0] == pytest.approx(direct.se)


def test_the_bootstrap_of_a_median_comes_near_woodruff():
    x = rng.normal(size=N)
    woodruff = quantiles.quantile(DESIGN, x, 0.5)
    replicated = quantiles.replicated_quantile(bootstrap(DESIGN, 300, 1), x, 0.5)
    assert replicated.value == woodruff.value
    assert replicated.se == pytest.approx(woodruff.se, rel=0.35)
    assert replicated.value in replicated.interval
