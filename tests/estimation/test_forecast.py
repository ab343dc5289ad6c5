"""The forecast of a share says what its formula says, and its interval holds what comes."""

import math
import random

import numpy as np
import pytest
from scipy import stats

from analytics.estimation.forecast import drift_forecast
from benchmarks.forecast import WORLDS, held

TIMES = [0.0, 0.25, 0.5, 0.75, 1.0]
SHARES = [0.10, 0.12, 0.13, 0.16, 0.17]


def logit(share: float) -> float:
    return math.log(share / (1 - share))


def test_equal_steps_are_forecast_as_the_textbook_has_it():
    """FPP3 5.2: y + h·drift; the spread of the steps about their mean, with n − 2 for it."""
    moves = np.diff([logit(share) for share in SHARES])
    spread = np.std(moves, ddof=1)
    found = drift_forecast(TIMES, SHARES, 1.5)
    centre = logit(0.17) + 2 * moves.mean()
    margin = stats.t.ppf(0.975, 3) * spread * math.sqrt(2 * (1 + 2 / 4))
    assert logit(found.value) == pytest.approx(centre)
    assert logit(found.interval.low) == pytest.approx(centre - margin)
    assert logit(found.interval.high) == pytest.approx(centre + margin)
    assert found.df == 3


def test_a_straight_line_goes_on_as_it_is():
    shares = [1 / (1 + math.exp(2 - t)) for t in (0, 1, 2, 4)]
    found = drift_forecast([0, 1, 2, 4], shares, 6)
    assert found.value == pytest.approx(1 / (1 + math.exp(2 - 6)))
    assert found.interval.width == pytest.approx(0, abs=1e-6)


def test_further_ahead_is_less_sure():
    widths = [drift_forecast(TIMES, SHARES, at).interval.width for at in (1.25, 1.5, 2, 3)]
    assert widths == sorted(widths)
    far = drift_forecast(TIMES, SHARES, 30).interval
    assert 0 < far.low < far.high < 1


@pytest.mark.parametrize(
    ("times", "shares"),
    [(TIMES[:3], SHARES[:3]), (TIMES, [0.0, *SHARES[1:]]), (TIMES, [*SHARES[:4], 1.0])],
)
def test_no_forecast_is_made_of_too_little(times, shares):
    assert drift_forecast(times, shares, 2) is None


@pytest.mark.parametrize("times", [[0, 1, 1, 2], [0, 2, 1, 3], [0, 1, 2, 9], [0, 1, 2]])
def test_times_that_do_not_ascend_are_refused(times):
    with pytest.raises(ValueError, match="ascend"):
        drift_forecast(times, SHARES[:4], 9)


def test_the_interval_holds_what_comes_in_93_of_100_series():
    seed = random.randrange(10**6)
    rng = np.random.default_rng(seed)
    found = [held(world, 250, rng).covered for world in WORLDS.values()]
    # 95.6 % on average: four standard errors of 1,000 series are 2.6 points.
    assert np.mean(found) >= 0.93, f"seed {seed}: {found}"
    assert min(found) > 0.86, f"seed {seed}: {found}"
