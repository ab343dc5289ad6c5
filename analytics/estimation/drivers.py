"""What drives satisfaction: shares of R² of the overall rating among dimensions.

Correlated dimensions share what they explain. The Shapley value divides it fairly: the average,
over all orders of entry, of what a dimension adds to R² [Lindeman, Merenda and Gold 1980;
Grömping 2007]. Association, not cause.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from .design import SurveyDesign
from .intervals import LEVEL
from .replicates import bootstrap
from .sums import Floats

MOST_DIMENSIONS = 12


class Quadrant(StrEnum):
    """Importance against performance [Martilla and James 1977]."""

    CONCENTRATE_HERE = "CONCENTRATE_HERE"
    KEEP_UP = "KEEP_UP"
    LOW_PRIORITY = "LOW_PRIORITY"
    MORE_THAN_NEEDED = "MORE_THAN_NEEDED"


@dataclass(frozen=True, slots=True)
class Driver:
    """A dimension's share of the explained variance with its bootstrap interval, its mean score,
    and where it stands against the average dimension."""

    name: str
    importance: float
    low: float
    high: float
    performance: float
    quadrant: Quadrant


@dataclass(frozen=True, eq=False)
class Drivers:
    """r_squared of all dimensions together; n responses used of `asked`: those that answered the
    overall question and every dimension."""

    r_squared: float
    drivers: tuple[Driver, ...]
    n: int
    asked: int


def drivers(
    design: SurveyDesign,
    overall: ArrayLike,
    dimensions: ArrayLike,
    names: Sequence[str],
    *,
    seed: int,
    replicates: int = 200,
    level: float = LEVEL,
) -> Drivers | None:
    """LMG shares of R² among `dimensions` (n, p), weighted, with percentile intervals from the
    Rao–Wu bootstrap of the PSUs.

    Responses with any of them missing are left out and counted. None where fewer responses than
    dimensions + 2 remain, or the overall rating does not vary.
    """
    y, X = np.asarray(overall, dtype=np.float64), np.asarray(dimensions, dtype=np.float64)
    p = X.shape[1]
    if p > MOST_DIMENSIONS:
        raise ValueError(f"{p} dimensions are too many: at most {MOST_DIMENSIONS}")
    complete = ~np.isnan(y) & ~np.isnan(X).any(axis=1)
    design, asked = design.within(complete), int(np.count_nonzero(design.weights))
    w = design.weights
    n = int(np.count_nonzero(w))
    table = np.where(complete[:, None], np.column_stack([X, y]), 0.0)
    if n < p + 2 or np.ptp(y[w > 0]) == 0:
        return None
    shares, r_squared = lmg_shares(_covariance(table, w))
    redrawn = np.where(complete[:, None], bootstrap(design, replicates, seed).replicates, 0.0)
    resampled = np.stack([lmg_shares(_covariance(table, b))[0] for b in redrawn.T if b.any()])
    tail = (1 - level) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail], axis=0)
    performance = w @ table[:, :p] / w.sum()
    return Drivers(
        r_squared,
        tuple(
            Driver(
                name,
                float(shares[k]),
                float(min(low[k], shares[k])),
                float(max(high[k], shares[k])),
                float(performance[k]),
                _quadrant(shares[k] >= 1 / p, performance[k] >= performance.mean()),
            )
            for k, name in enumerate(names)
        ),
        n,
        asked,
    )


def _quadrant(important: bool, strong: bool) -> Quadrant:
    if important:
        return Quadrant.KEEP_UP if strong else Quadrant.CONCENTRATE_HERE
    return Quadrant.MORE_THAN_NEEDED if strong else Quadrant.LOW_PRIORITY


def _covariance(table: Floats, w: Floats) -> Floats:
    centred = table - w @ table / w.sum()
    covariance: Floats = (centred * w[:, None]).T @ centred / w.sum()
    return covariance


def lmg_shares(covariance: ArrayLike) -> tuple[Floats, float]:
    """Shares of R² (summing to 1) from the covariance of the dimensions and, last, the response;
    and R² itself. Equal shares where nothing is explained."""
    S = np.asarray(covariance, dtype=np.float64)
    p = len(S) - 1
    explained = np.zeros(1 << p)
    for size in range(1, p + 1):
        members = np.array(list(combinations(range(p), size)))
        within = S[members[:, :, None], members[:, None, :]]
        towards = S[members, p]
        slope = np.linalg.pinv(within, hermitian=True) @ towards[:, :, None]
        explained[(1 << members).sum(axis=1)] = np.einsum("kj,kj->k", slope[:, :, 0], towards)
    values = np.zeros(p)
    sizes = np.array([bin(s).count("1") for s in range(1 << p)])
    weight = np.array(
        [math.factorial(s) * math.factorial(p - s - 1) / math.factorial(p) for s in range(p)]
    )
    for j in range(p):
        without = np.flatnonzero((np.arange(1 << p) >> j) & 1 == 0)
        gain = explained[without | (1 << j)] - explained[without]
        values[j] = weight[sizes[without]] @ gain
    total = float(explained[-1])
    r_squared = total / float(S[p, p]) if S[p, p] > 0 else 0.0
    if r_squared <= 1e-12:
        return np.full(p, 1 / p), 0.0
    return values / total, min(r_squared, 1.0)


def dimension_scores(items: ArrayLike) -> Floats:
    """Each person's score on a dimension: the mean of the items (n, k) answered, given at least
    half of them; NaN otherwise ("missing" to every estimator)."""
    table = np.asarray(items, dtype=np.float64)
    answered = ~np.isnan(table)
    count = answered.sum(axis=1)
    score = np.where(answered, table, 0.0).sum(axis=1) / np.maximum(count, 1)
    enough = (count > 0) & (2 * count >= table.shape[1])
    return np.where(enough, score, np.nan)
