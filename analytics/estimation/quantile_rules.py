"""Where a quantile of a weighted sample lies: the rules of Hyndman and Fan (1996) with weights.

As R `survey` writes them (`qrule`): rules 1 to 3 give an observed value (or the middle of two),
rules 4 to 9 interpolate between knots. Each takes the values x with weights w, both ordered by
value and no weight zero, and the probability p, 0 to 1; below the first knot it gives the smallest
value, above the last the largest.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .sums import Floats

Rule = Callable[[Floats, Floats, float], float]
"""Quantile p of values with weights, both ordered by value, no weight zero."""


def _cumulated(w: Floats) -> Floats:
    """Running totals in extended precision, so that rounding does not decide on which side of a
    step a probability falls."""
    return np.cumsum(w.astype(np.longdouble)).astype(np.float64)


def _around(x: Floats, w: Floats, p: float) -> tuple[int, int, float, float]:
    """Positions of the last cumulated share ≤ p and the next; p's distance from both."""
    share = _cumulated(w)
    total = share[-1]
    below = np.flatnonzero(share <= p * total)
    if not len(below):
        return 0, 0, p, share[0] / total - p
    low = int(below[-1])
    high = min(low + 1, len(x) - 1)
    return low, high, p - share[low] / total, share[high] / total - p


def hf1(x: Floats, w: Floats, p: float) -> float:
    """The inverse of the distribution function: R's "math"."""
    low, high, over, _ = _around(x, w, p)
    return x[low] if over == 0 else x[high]


def hf2(x: Floats, w: Floats, p: float) -> float:
    """As hf1, but the middle of two where p falls on a step: the median taught at school."""
    low, high, over, _ = _around(x, w, p)
    return (x[low] + x[high]) / 2 if over == 0 else x[high]


def hf3(x: Floats, w: Floats, p: float) -> float:
    """The nearest even order statistic, on distinct values."""
    values, index = np.unique(x, return_inverse=True)
    low, high, over, _ = _around(values, np.bincount(index, weights=w).astype(np.float64), p)
    return values[low] if over == 0 and (low + 1) % 2 == 0 else values[high]


def hf4(x: Floats, w: Floats, p: float) -> float:
    """Linear interpolation of the distribution function."""
    low, high, over, under = _around(x, w, p)
    gamma = over / (over + under) if over + under else 0.0
    return x[low] * (1 - gamma) + x[high] * gamma


def hf5(x: Floats, w: Floats, p: float) -> float:
    """Piecewise linear with knots in the middle of the steps."""
    share = _cumulated(w)
    return _interpolate(p, (share - w / 2) / share[-1], x)


def hf6(x: Floats, w: Floats, p: float) -> float:
    """Knots at k/(n+1)."""
    share = _cumulated(w)
    return _interpolate(p, share / (share[-1] + w[-1]), x)


def hf7(x: Floats, w: Floats, p: float) -> float:
    """Knots at (k−1)/(n−1), the default of R's `quantile`."""
    share = _cumulated(w)
    if len(x) == 1:
        return x[0]
    return _interpolate(p, np.concatenate([[0.0], share[:-1]]) / share[-2], x)


def hf8(x: Floats, w: Floats, p: float) -> float:
    """Knots at (k−1/3)/(n+1/3): nearly median-unbiased."""
    share = _cumulated(w)
    knots = (np.concatenate([[0.0], share[:-1]]) / 3 + share * 2 / 3) / (share[-1] + w[-1] / 3)
    return _interpolate(p, knots, x)


def hf9(x: Floats, w: Floats, p: float) -> float:
    """Knots at (k−3/8)/(n+1/4): nearly unbiased for the normal."""
    share = _cumulated(w)
    before = np.concatenate([[0.0], share[:-1]])
    return _interpolate(p, (before * 3 / 8 + share * 5 / 8) / (share[-1] + w[-1] / 4), x)


def shah_vaish(x: Floats, w: Floats, p: float) -> float:
    """The step function of Shah and Vaish (2006), as R writes it."""
    n = len(x)
    knots = (_cumulated(w / w.mean()) + 0.5 - w / 2) / (n + 1)
    order = np.argsort(knots, kind="stable")
    x, knots = x[order], knots[order]
    position = int(np.searchsorted(knots, p, side="right")) - 1
    return x[min(max(position, 0), n - 1)]


def _interpolate(p: float, knots: Floats, x: Floats) -> float:
    return float(np.interp(p, knots, x))
