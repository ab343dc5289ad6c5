"""How far an outcome stands up to those who did not answer."""

import math

import numpy as np
import pytest

from analytics.estimation.evidence import Evidence, evidence_of, is_official
from analytics.estimation.official import Edition, Outcome, Rule, decide
from analytics.estimation.response_rates import Dispositions, rr1, rr2
from analytics.estimation.strength import (
    Response,
    Strength,
    band,
    strength,
    tipping_point,
    weighted_response_rate,
    widened,
)
from analytics.estimation.values import Interval

FOUND = Interval(0.92, 0.96, 0.95, "stated")


def odds(share):
    return share / (1 - share)


def test_the_band_is_that_of_its_formula():
    bounds = band(FOUND, 0.3, 2.0)
    halved, doubled = odds(0.92) / 2, odds(0.96) * 2
    assert bounds.low == pytest.approx(0.3 * 0.92 + 0.7 * halved / (1 + halved))
    assert bounds.high == pytest.approx(0.3 * 0.96 + 0.7 * doubled / (1 + doubled))


def test_the_band_between_certainty_and_nothing():
    everybody, indifferent = band(FOUND, 1.0, 2.0), band(FOUND, 0.1, 1.0)
    for same in (everybody, indifferent):
        assert (same.low, same.high) == pytest.approx((FOUND.low, FOUND.high))
    manski = band(FOUND, 0.3, math.inf)
    assert (manski.low, manski.high) == pytest.approx((0.3 * 0.92, 0.3 * 0.96 + 0.7))
    nothing = band(Interval(0.0, 1.0, 0.95, "stated"), 0.3)
    assert (nothing.low, nothing.high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="response rate"):
        band(FOUND, 1.1)
    with pytest.raises(ValueError, match="odds ratio"):
        band(FOUND, 0.5, 0.9)


def test_strength_is_the_outcome_of_the_band():
    far = Interval(0.985, 0.995, 0.95, "stated")
    assert strength(Outcome.MET, band(FOUND, 0.3), 0.9) is Strength.AMONG_RESPONDENTS
    assert strength(Outcome.MET, band(far, 0.3), 0.9) is Strength.ROBUST
    low = Interval(0.6, 0.7, 0.95, "stated")
    assert strength(Outcome.NOT_MET, band(low, 0.3), 0.9) is Strength.ROBUST
    near = Interval(0.8, 0.89, 0.95, "stated")
    assert strength(Outcome.NOT_MET, band(near, 0.3), 0.9) is Strength.AMONG_RESPONDENTS
    assert strength(Outcome.INCONCLUSIVE, band(FOUND, 0.3), 0.9) is None


def test_at_the_tipping_point_all_encounters_are_on_the_target():
    point = tipping_point(0.92, 0.3, 0.9)
    assert 0.3 * 0.92 + 0.7 * point == pytest.approx(0.9)
    assert tipping_point(0.92, 1.0, 0.9) is None
    assert tipping_point(0.99, 0.95, 0.9) < 0


def test_the_uncovered_share_may_think_anything():
    bounds = widened(FOUND, 0.25)
    assert (bounds.low, bounds.high) == pytest.approx((0.69, 0.97))
    assert widened(FOUND, 0.0).low == FOUND.low
    with pytest.raises(ValueError, match="uncovered"):
        widened(FOUND, -0.1)


def test_the_response_of_cells_is_weighted_by_their_encounters():
    """Two cells of 9,000 and 1,000 encounters answer at 10 % and 50 %; a third was not asked."""
    response = Response.of([9000, 1000], [10, 50], [100, 100])
    assert response.rate == pytest.approx(0.14)
    spread = math.sqrt(0.9 * 0.04**2 + 0.1 * 0.36**2)
    assert response.r_indicator == pytest.approx(1 - 2 * spread)
    assert response.largest_bias(0.9) == pytest.approx(spread / 0.14 * 0.3)
    silent = Response.of([9000, 1000, 10000], [10, 50, 0], [100, 100, 0])
    assert silent.rate == pytest.approx(0.07)
    assert Response.of([5, 5], [1, 1], [2, 2]).r_indicator == 1.0
    assert Response.of([], [], []) == Response(0.0, 1.0)
    assert Response.of([10], [0], [10]).largest_bias(0.9) is None
    with pytest.raises(ValueError, match="more answered"):
        Response.of([10], [2], [1])


def test_no_bias_by_cell_passes_the_largest_one():
    rng = np.random.default_rng(4)
    for _ in range(200):
        N, share = rng.integers(100, 9000, 6), rng.uniform(0.5, 1, 6)
        rates = rng.uniform(0.05, 0.6, 6)
        response = Response.of(N, rates * N, N)
        everybody = float(N @ share / N.sum())
        answered = float((N * rates) @ share / (N @ rates))
        assert abs(answered - everybody) <= response.largest_bias(everybody) + 1e-12


def test_response_rates_by_chance():
    """One in ten drawn of one cell, everybody of the other: the first stands for ten times more."""
    assert weighted_response_rate([10, 80], [100, 100], [10, 1]) == pytest.approx(180 / 1100)
    assert weighted_response_rate([], [], []) is None
    parts = [
        (Dispositions(complete=8, partial=2, refused=90), 10.0),
        (Dispositions(80, 0, 20), 1.0),
    ]
    whole = Dispositions.weighted(parts)
    assert rr1(whole) == pytest.approx(160 / 1100)
    assert rr2(whole) == pytest.approx(180 / 1100)


def test_met_robust_is_not_given_to_chance_and_willingness_together():
    """Satisfied citizens answer 1.5 times as readily; the true share is 0.895, 1,040 answer.

    The interval alone calls two thirds of such waves MET. None of them is robust, while nearly all
    of an agency at a true 0.97 are.
    """
    rng, runs = np.random.default_rng(20), 300

    def called(p, ratio):
        encounters, rate = 4000, 0.26
        base = rate / (p * ratio + 1 - p)
        satisfied = rng.binomial(round(encounters * p), base * ratio, runs)
        others = rng.binomial(round(encounters * (1 - p)), base, runs)
        met = robust = 0
        for x, y in zip(satisfied.tolist(), others.tolist(), strict=True):
            n = x + y
            interval = Rule(Edition.SECOND).interval_at(x / n, n)
            outcome = decide(interval, 0.9)
            met += outcome is Outcome.MET
            bounds = band(interval, n / encounters)
            robust += (outcome, strength(outcome, bounds, 0.9)) == (Outcome.MET, Strength.ROBUST)
        return met / runs, robust / runs

    met, robust = called(0.895, 1.5)
    assert met > 0.4
    assert robust == 0
    assert called(0.97, 1.0)[1] > 0.9


def test_evidence_is_that_of_the_weakest_answers_counted():
    assert evidence_of(drawn=10, others=0) is Evidence.PROBABILITY
    assert evidence_of(drawn=10, others=1) is Evidence.SELF_SELECTED
    assert evidence_of(drawn=0, others=9) is Evidence.SELF_SELECTED
    assert evidence_of(drawn=0, others=0) is Evidence.SELF_SELECTED
    assert evidence_of(drawn=10, others=0, supplied=True) is Evidence.SUPPLIED
    assert is_official(Evidence.PROBABILITY)
    assert not is_official(Evidence.SUPPLIED)
    assert is_official(Evidence.SUPPLIED, {Evidence.SUPPLIED})
