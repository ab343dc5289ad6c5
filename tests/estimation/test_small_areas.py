"""Small offices borrow strength."""

import numpy as np
import pytest

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells
from analytics.estimation.small_areas import (
    beta_binomial_shares,
    fay_herriot_shares,
    fit_beta_binomial,
)
from analytics.estimation.values import Estimate

Y = (0, 0, 0, 1, 1)


def share(unsatisfied, satisfied):
    cells = CellCounts.from_histograms([0], -1, [[unsatisfied, 0, 0, 0, satisfied]])
    return mean_of_cells(cells, Y)


def offices(seed, m=60, mean=0.88, concentration=30.0):
    rng = np.random.default_rng(seed)
    truth = rng.beta(mean * concentration, (1 - mean) * concentration, m)
    n = rng.integers(5, 60, m)
    satisfied = rng.binomial(n, truth)
    return truth, [share(k - s, s) for k, s in zip(n, satisfied, strict=True)]


def ones(estimates):
    return np.ones((len(estimates), 1))


def test_the_model_is_found_again():
    _, estimates = offices(1, m=400)
    model = fit_beta_binomial(estimates)
    assert model.mean == pytest.approx(0.88, abs=0.02)
    assert 15 < model.concentration < 60


@pytest.mark.parametrize("model", [beta_binomial_shares, lambda e: fay_herriot_shares(e, ones(e))])
def test_borrowing_strength_comes_nearer_to_the_truth_and_says_how_near(model):
    direct = based = promised = covered = 0.0
    for seed in range(8):
        truth, estimates = offices(seed, m=40)
        for t, e, b in zip(truth, estimates, model(estimates), strict=True):
            direct += (e.value - t) ** 2
            based += (b.value - t) ** 2
            promised += b.mse
            covered += t in b.interval
    assert based < 0.75 * direct
    assert promised == pytest.approx(based, rel=0.35)
    assert covered / 320 > 0.85  # nominally 0.95; a normal logit is rough at ten answers an office


@pytest.mark.parametrize("model", [beta_binomial_shares, lambda e: fay_herriot_shares(e, ones(e))])
def test_offices_without_data_get_the_value_of_the_model(model):
    _, estimates = offices(3, m=20)
    *_, nobody = model([*estimates, Estimate.without_data()])
    assert nobody.shrinkage == 1
    assert 0.7 < nobody.value < 1
    assert nobody.interval.width > 0.05


def test_a_predictor_explains_what_it_explains():
    rng = np.random.default_rng(5)
    digital = rng.integers(0, 2, 80)
    n = rng.integers(10, 40, 80)
    satisfied = rng.binomial(n, np.where(digital, 0.95, 0.75))
    estimates = [share(k - s, s) for k, s in zip(n, satisfied, strict=True)]
    with_it = fay_herriot_shares(estimates, np.column_stack([np.ones(80), digital]))
    without = fay_herriot_shares(estimates, ones(estimates))
    truth = np.where(digital, 0.95, 0.75)
    error = [
        sum((b.value - t) ** 2 for b, t in zip(m, truth, strict=True)) for m in (with_it, without)
    ]
    assert error[0] < 0.5 * error[1]


@pytest.mark.parametrize("model", [fit_beta_binomial, lambda e: fay_herriot_shares(e, ones(e))])
def test_one_office_is_no_model(model):
    with pytest.raises(ValueError, match="offices"):
        model([share(1, 9)])
