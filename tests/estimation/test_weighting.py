"""Final weights hit what they promise."""

import numpy as np
import pytest

from analytics.estimation import calibration, estimates, weighting
from analytics.estimation.design import SurveyDesign
from analytics.estimation.replicates import jackknife_1, jackknife_n

rng = np.random.default_rng(5)
N_ROWS = 300
SEX = rng.choice(["f", "m"], N_ROWS)
AREA = rng.choice(["north", "south", "east"], N_ROWS)
AGE = rng.normal(45, 12, N_ROWS)
BASE = rng.choice([5.0, 8.0, 20.0], N_ROWS)
SATISFIED = (rng.random(N_ROWS) < 0.85).astype(float)
DESIGN = SurveyDesign.sample(N_ROWS, weights=BASE)


def total_of(weights, label, level):
    return weights[label == level].sum()


def test_poststratification_hits_its_totals():
    w = weighting.poststratify(DESIGN, SEX, {"f": 2000, "m": 1500}).weights
    assert total_of(w, SEX, "f") == pytest.approx(2000)
    assert total_of(w, SEX, "m") == pytest.approx(1500)


@pytest.mark.parametrize("totals", [{"f": 2000}, {"f": 1, "m": 1, "x": 5}])
def test_poststrata_and_totals_must_match(totals):
    with pytest.raises(ValueError, match="without"):
        weighting.poststratify(DESIGN, SEX, totals)


MARGINS = [
    weighting.Margin(SEX, {"f": 1800, "m": 1700}),
    weighting.Margin(AREA, {"north": 1000, "south": 2000, "east": 500}),
]


def test_raking_hits_every_margin():
    raked, ended = weighting.rake(DESIGN, MARGINS)
    assert ended.converged
    for margin in MARGINS:
        for level, N in margin.totals.items():
            assert total_of(raked.weights, margin.label, level) == pytest.approx(N, rel=1e-8)


def test_raking_that_stops_early_says_so():
    _, ended = weighting.rake(DESIGN, MARGINS, maximum_iterations=1, tolerance=1e-12)
    assert not ended.converged
    assert ended.achieved > 0


X = np.column_stack([np.ones(N_ROWS), SEX == "f", AGE])
TOTALS = np.array([3500.0, 1800.0, 3500 * 46.0])
DISTANCES = {
    "linear": lambda design: calibration.calibrate_linear(design, X, TOTALS),
    "bounded": lambda design: calibration.calibrate_linear(design, X, TOTALS, bounds=(0.5, 2)),
    "raking": lambda design: calibration.calibrate_raking(design, X, TOTALS),
    "logit": lambda design: calibration.calibrate_logit(design, X, TOTALS, bounds=(0.5, 2)),
}


@pytest.mark.parametrize("distance", DISTANCES)
def test_calibration_hits_its_totals(distance):
    calibrated, result = DISTANCES[distance](DESIGN)
    assert result.convergence.converged
    assert calibrated.weights @ X == pytest.approx(TOTALS, rel=1e-9)
    if distance in ("bounded", "logit"):
        assert result.g.min() >= 0.5
        assert result.g.max() <= 2


@pytest.mark.parametrize("distance", DISTANCES)
def test_a_calibrated_total_has_no_variance(distance):
    calibrated, _ = DISTANCES[distance](DESIGN)
    known = estimates.total(calibrated, AGE)
    assert known.value == pytest.approx(TOTALS[2], rel=1e-9)
    assert known.se == pytest.approx(0, abs=1e-6)


def test_impossible_bounds_are_an_error():
    with pytest.raises(calibration.CalibrationError, match="not converged"):
        calibration.calibrate_linear(DESIGN, X, TOTALS * [1, 2, 1], bounds=(0.9, 1.1))


def test_replicates_are_adjusted_one_by_one():
    replicated = weighting.poststratify(jackknife_1(DESIGN), SEX, {"f": 2000, "m": 1500})
    for w in replicated.replicates.T:
        assert total_of(w, SEX, "f") == pytest.approx(2000)
    linear = estimates.mean(weighting.poststratify(DESIGN, SEX, {"f": 2000, "m": 1500}), SATISFIED)
    assert estimates.mean(replicated, SATISFIED).se == pytest.approx(linear.se, rel=0.05)


def test_trimming_keeps_the_total():
    trimmed = weighting.trim(DESIGN, upper=12, strict=True)
    assert trimmed.weights.max() <= 12 + 1e-9
    assert trimmed.weights.sum() == pytest.approx(BASE.sum())


def test_trimming_within_cells_keeps_each_cell():
    trimmed = weighting.trim(DESIGN, upper=12, cell=AREA)
    for area in ("north", "south", "east"):
        before, after = (total_of(w, AREA, area) for w in (BASE, trimmed.weights))
        assert after == pytest.approx(before)


def test_trimming_with_nowhere_to_go_is_an_error():
    with pytest.raises(ValueError, match="no weight lies within"):
        weighting.trim(DESIGN, upper=1)


def test_respondents_take_over_the_weight_of_their_cell():
    answered = rng.random(N_ROWS) < 0.6
    adjusted, rates = weighting.adjust_for_nonresponse(DESIGN, answered, AREA)
    for area in ("north", "south", "east"):
        assert total_of(adjusted.weights, AREA, area) == pytest.approx(total_of(BASE, AREA, area))
        share = BASE[answered & (area == AREA)].sum() / total_of(BASE, AREA, area)
        assert rates[area] == pytest.approx(share)
    assert not adjusted.weights[~answered].any()


def test_diagnostics_tell_what_unequal_weights_cost():
    found = weighting.diagnose([1, 1, 1, 3, 0])
    assert (found.n, found.total, found.largest) == (4, 6, 3)
    assert found.deff == pytest.approx(4 * 12 / 36)
    assert found.n_kish == pytest.approx(3)
    assert weighting.diagnose([0.0]) is None
    assert weighting.median_limit([1, 1, 1, 3, 0]) == 5


def test_trimming_keeps_the_sum_in_every_replicate():
    design = SurveyDesign.sample(6, weights=[1.0, 2, 9, 1, 2, 3], strata=[0, 0, 0, 1, 1, 1])
    replicated = jackknife_n(design)
    trimmed = weighting.trim(replicated, upper=5.0)
    assert trimmed.base_weights.max() == 5
    assert trimmed.replicates.sum(axis=0) == pytest.approx(replicated.replicates.sum(axis=0))


def test_calibrated_by_cluster_the_members_share_a_ratio():
    household = np.array([0, 0, 1, 1, 2, 2])
    design = SurveyDesign.sample(6, weights=[10.0, 10, 20, 20, 15, 15])
    age = np.array([20.0, 50, 30, 70, 40, 60])
    made, found = calibration.calibrate_linear(
        design, np.column_stack([np.ones(6), age]), [100, 4800], cluster=household
    )
    assert made.base_weights @ age == pytest.approx(4800)
    assert found.g[::2] == pytest.approx(found.g[1::2])


def test_weights_that_stand_still_off_their_margins_have_not_converged():
    half = np.repeat([0, 1], 3)
    margins = [
        weighting.Margin(half, {0: 50.0, 1: 50.0}),
        weighting.Margin(half, {0: 90.0, 1: 10.0}),
    ]
    raked, ended = weighting.rake(SurveyDesign.sample(6), margins)
    assert raked.base_weights.sum() == pytest.approx(100.0)
    assert not ended.converged


def test_margins_are_of_one_population():
    margins = [
        weighting.Margin([0, 0, 1], {0: 50.0, 1: 50.0}),
        weighting.Margin([0, 1, 1], {0: 600.0, 1: 400.0}),
    ]
    with pytest.raises(ValueError, match="totals of the margins differ: 100, 1000"):
        weighting.rake(SurveyDesign.sample(3), margins)
