"""Replicates agree with linearisation where theory says so."""

import numpy as np
import pytest

from analytics.estimation import estimates
from analytics.estimation.design import SurveyDesign
from analytics.estimation.lonely import LonelyPSU, LonelyPSUError
from analytics.estimation.replicates import (
    balanced_half_samples,
    bootstrap,
    jackknife_1,
    jackknife_n,
)

rng = np.random.default_rng(8)
STRATUM = np.repeat(np.arange(5), 40)
PSU = np.tile(np.repeat(np.arange(2), 20), 5)
Y = (rng.random(200) < 0.7 + 0.05 * STRATUM).astype(float)
W = 1.0 + STRATUM
PAIRS = SurveyDesign.sample(200, weights=W, strata=STRATUM, units=[PSU])
ELEMENTS = SurveyDesign.sample(200, weights=W, strata=STRATUM)


def test_balanced_half_samples_give_the_linear_variance_of_a_total():
    linear = estimates.total(PAIRS, Y)
    for fay in (0.0, 0.3):
        replicated = estimates.total(balanced_half_samples(PAIRS, fay=fay), Y)
        assert replicated.value == linear.value
        assert replicated.se == pytest.approx(linear.se, rel=1e-12)


def test_half_samples_need_two_psus():
    with pytest.raises(ValueError, match="two PSUs"):
        balanced_half_samples(ELEMENTS)


def test_the_stratified_jackknife_gives_the_linear_variance_of_a_stratified_mean():
    linear, replicated = (estimates.mean(d, Y) for d in (ELEMENTS, jackknife_n(ELEMENTS)))
    assert replicated.se == pytest.approx(linear.se, rel=1e-3)
    assert replicated.df == linear.df == 195


def test_jackknife_1_is_for_unstratified_designs():
    with pytest.raises(ValueError, match="unstratified"):
        jackknife_1(ELEMENTS)


def test_the_bootstrap_comes_near():
    linear, replicated = (estimates.mean(d, Y) for d in (ELEMENTS, bootstrap(ELEMENTS, 800, 1)))
    assert replicated.se == pytest.approx(linear.se, rel=0.1)


def test_a_domain_is_a_mask_for_replicates_too():
    domain = STRATUM < 3
    linear, replicated = (
        estimates.mean(d.within(domain), Y) for d in (ELEMENTS, jackknife_n(ELEMENTS))
    )
    assert (replicated.value, replicated.n) == (linear.value, 120)
    assert replicated.se == pytest.approx(linear.se, rel=1e-3)
    assert not estimates.mean(jackknife_n(ELEMENTS).within(STRATUM < 0), Y).has_data


@pytest.mark.parametrize("rule", list(LonelyPSU))
def test_a_stratum_with_one_psu_follows_the_rule(rule):
    design = SurveyDesign.sample(41, strata=[0] * 20 + [1] * 20 + [2], lonely=rule)
    if rule is LonelyPSU.FAIL:
        for make in (jackknife_n, lambda d: bootstrap(d, 10, 1)):
            with pytest.raises(LonelyPSUError):
                make(design)
        return
    y = np.arange(41) % 3 == 0
    linear, replicated = (estimates.mean(d, y) for d in (design, jackknife_n(design)))
    if rule is LonelyPSU.AVERAGE:  # replicates share out by PSUs, linearisation by strata
        assert replicated.variance == pytest.approx(linear.variance / (3 / 2) * (41 / 40), rel=0.1)
    else:
        assert replicated.se == pytest.approx(linear.se, rel=0.1)
