"""Of whole simulated waves: what may be called, and what must be."""

import numpy as np
import pytest

from analytics.estimation.official import Outcome
from benchmarks.verdicts import (
    ENCOUNTERS,
    RATE,
    Fieldwork,
    Setting,
    call,
    estimated,
    fieldwork,
    response_rates,
    shares,
)

WAVES = 200
CHANCE = 2 * (0.025 * 0.975 / WAVES) ** 0.5


@pytest.mark.parametrize("answers", [313, 1390])
@pytest.mark.parametrize("ratio", [0.67, 1.0, 1.25, 1.5])
@pytest.mark.parametrize("stuffed", [0.0, 0.05])
def test_a_share_under_the_target_is_not_called_robust(answers, ratio, stuffed):
    for truth in (0.88, 0.90):
        called = call(Setting(truth, answers, ratio, stuffed), WAVES, np.random.default_rng(8))
        assert called.share(Outcome.MET, robust=True) <= 0.025 + CHANCE


@pytest.mark.parametrize("answers", [313, 1390])
@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_a_true_97_per_cent_is_called(answers, ratio):
    called = call(Setting(0.97, answers, ratio), WAVES, np.random.default_rng(9))
    assert called.share(Outcome.MET) >= 0.95


def test_without_nonresponse_by_satisfaction_the_interval_holds_and_met_is_rarely_false():
    for answers in (313, 1390):
        called = call(Setting(0.895, answers, 1.0), WAVES, np.random.default_rng(10))
        assert called.covered.mean() >= 0.92
        assert called.share(Outcome.MET) <= 0.025 + CHANCE


def test_the_plain_outcome_is_fooled_where_the_robust_one_is_not():
    """Else the simulation would put nothing to the test."""
    called = call(Setting(0.895, 1390, 1.5), WAVES, np.random.default_rng(11))
    assert called.share(Outcome.MET) > 0.8
    assert called.share(Outcome.MET, robust=True) <= 0.025


def test_citizens_answer_as_the_setting_says():
    found = fieldwork(Setting(0.90, 1390, 1.5), 400, np.random.default_rng(12))
    assert abs(found.answered.sum(axis=(1, 2)).mean() / 1390 - 1) < 0.02
    rate = (found.answered / found.drawn).mean(axis=0)
    assert np.allclose(rate[0], np.tile(RATE, 2), atol=0.02)
    weight = ENCOUNTERS.ravel() / ENCOUNTERS.sum()
    assert weight @ shares(0.97) == pytest.approx(0.97)
    assert found.truth == pytest.approx(0.90, abs=1e-3)


def test_weights_by_draw_are_those_worked_out_by_hand():
    encounters = np.array([[600.0, 100.0], [400.0, 300.0]])
    answered, satisfied = np.array([[[120, 10], [20, 30]]]), np.array([[[114, 5], [16, 30]]])
    drawn = np.array([[200, 20], [100, 60]])
    found = Fieldwork(encounters, drawn, satisfied, answered, truth=0.0)
    estimates, coverage = estimated(found)
    by_hand = (600 * 114 / 120 + 400 * 16 / 20 + 100 * 5 / 10 + 300 * 30 / 30) / 1400
    assert estimates[0].value == pytest.approx(by_hand)
    assert coverage.tolist() == [1.0]
    rate = (1000 * 140 / 300 + 400 * 40 / 80) / 1400
    assert response_rates(found)[0] == pytest.approx(rate)
