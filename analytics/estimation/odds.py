"""Whether the odds of one group are more than so many times those of another, like with like."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def excess_over(
    limit: float, first: ArrayLike, of_first: ArrayLike, second: ArrayLike, of_second: ArrayLike
) -> tuple[Floats, Floats]:
    """By stratum, how many more of the first group there are than at an odds ratio of `limit`, and
    the variance of that, given how many there are of both [Cornfield 1956].

    The expected number m solves m (n₂ − t + m) = θ (n₁ − m)(t − m), t of both together; its
    variance is 1 ÷ the sum of one over each of the four numbers that it makes. Over strata
    Σ excess ÷ √Σ variance is about standard normal where the odds ratio is θ in each. A stratum in
    which all are alike says nothing.
    """
    x1, n1, x2, n2 = (np.asarray(v, dtype=np.float64) for v in (first, of_first, second, of_second))
    both = x1 + x2
    s = limit * (n1 + both) + n2 - both
    root = np.sqrt(np.maximum(s * s - 4 * (limit - 1) * limit * n1 * both, 0.0))
    expected = np.divide(2 * limit * n1 * both, s + root, out=np.zeros_like(s), where=s > 0)
    four = np.stack([expected, n1 - expected, both - expected, n2 - both + expected])
    inside = (four > 1e-9).all(axis=0)
    parts = np.divide(1.0, four, out=np.ones_like(four), where=inside)
    return np.where(inside, x1 - expected, 0.0), np.where(inside, 1 / parts.sum(axis=0), 0.0)
