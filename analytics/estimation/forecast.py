"""Where a share that is counted at intervals will stand later, if it goes on as it went."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scipy import stats

from .values import Interval

FEWEST = 4
"""Counts from which on a forecast is made: two degrees of freedom are left for its interval."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """value     the share forecast
    interval  a prediction interval: it speaks of the share itself, not of its expectation
    df        degrees of freedom of its spread
    """

    value: float
    interval: Interval
    df: int


def drift_forecast(
    times: Sequence[float], shares: Sequence[float], at: float, level: float = 0.95
) -> Forecast | None:
    """The share at time `at`, by a random walk with drift on the logit scale.

    y = logit(share) moves by μΔ + ε with Var ε = σ²Δ over a step of length Δ, so that steps may be
    of unequal length. μ̂ = (yₙ − y₁)/T with T = tₙ − t₁; σ̂² = Σ(Δy − μ̂Δ)²/Δ ÷ (n − 2). With
    h = at − tₙ the prediction is yₙ + μ̂h ± t₍ₙ₋₂₎ σ̂ √(h + h²/T), which is exact where y is such a
    walk and too wide where y scatters about a straight line. Hyndman and Athanasopoulos (2021),
    Forecasting: Principles and Practice, 3rd edition, 5.2 and 5.5, with the error of the drift.

    None where there are fewer than four counts, or a share is 0 or 1. Raise ValueError where times
    do not ascend up to before `at`.
    """
    n = len(times)
    if n != len(shares) or any(a >= b for a, b in pairwise([*times, at])):
        raise ValueError("times must ascend, one a share, and end before the forecast")
    if n < FEWEST or not all(0 < share < 1 for share in shares):
        return None
    y = [math.log(share / (1 - share)) for share in shares]
    steps = [b - a for a, b in pairwise(times)]
    moves = [b - a for a, b in pairwise(y)]
    span, ahead = times[-1] - times[0], at - times[-1]
    drift = (y[-1] - y[0]) / span
    spread = sum((m - drift * s) ** 2 / s for m, s in zip(moves, steps, strict=True)) / (n - 2)
    centre = y[-1] + drift * ahead
    margin = float(stats.t.ppf((1 + level) / 2, n - 2)) * math.sqrt(
        spread * (ahead + ahead**2 / span)
    )
    low, value, high = (1 / (1 + math.exp(-x)) for x in (centre - margin, centre, centre + margin))
    return Forecast(value, Interval(low, high, level, "drift on the logit scale"), n - 2)
