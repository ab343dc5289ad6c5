"""Quantiles of a weighted sample and their intervals.

The point rules are those of Hyndman and Fan (1996) with weights, as R `survey` writes them
(`qrule`): rules 1 to 3 give an observed value (or the middle of two), rules 4 to 9 interpolate.
Intervals by Woodruff (1952): an interval for the share at or below the quantile, turned back by
the same rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from .design import SurveyDesign
from .estimates import Design, joint, mean
from .intervals import LEVEL, wald_weighted_interval
from .replicates import ReplicateDesign
from .sums import Floats
from .values import Estimate, Interval

Rule = Callable[[Floats, Floats, float], float]
"""Quantile p of values with weights, both ordered by value, no weight zero."""


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile, its interval, and the standard error that the interval implies."""

    probability: float
    value: float
    interval: Interval
    se: float


def quantile(
    design: Design,
    y: ArrayLike,
    probability: float,
    *,
    rule: Rule | None = None,
    share_interval: Callable[[Estimate, float], Interval] = wald_weighted_interval,
    level: float = LEVEL,
) -> Quantile | None:
    """A quantile with Woodruff's interval; None without data [R `svyquantile`].

    rule            how the quantile lies between observations (`hf1`, "math", unless said)
    share_interval  the interval for the share at or below it, from `intervals`

    Where that share's interval passes 0 or 1, the smallest or largest value is the bound.
    """
    rule = rule or hf1
    column = np.asarray(y, dtype=np.float64)
    design = design.within(~np.isnan(column))
    w = design.weights
    if not w.any():
        return None
    at = _inverse(column, w, rule)
    value = at(probability)
    below = np.where(np.isnan(column), np.nan, column <= value)
    share = share_interval(mean(design, below), level)
    low, high = at(max(share.low, 0.0)), at(min(share.high, 1.0))
    return _with_interval(design, probability, value, low, high, level)


def score_quantile(
    design: SurveyDesign,
    y: ArrayLike,
    probability: float,
    *,
    rule: Rule | None = None,
    level: float = LEVEL,
) -> Quantile | None:
    """A quantile with the interval of the score test [Francisco and Fuller 1991;
    R `interval.type="score"`]: values θ at which the share above θ is not rejected as 1 − p.

    The test moves in steps, so the root is the observation where it crosses or the one before,
    whichever the search ends at. As in R the roots become data values at their unweighted rank.
    """
    rule = rule or hf1
    column = np.asarray(y, dtype=np.float64)
    design = design.within(~np.isnan(column))
    w = design.weights
    if not w.any():
        return None
    at = _inverse(column, w, rule)
    seen = column[design.inside]
    critical = stats.t.ppf((1 + level) / 2, max(design.df, 1))
    spread = float(np.subtract(*np.percentile(seen, [75, 25])))
    step = 1 / (200 * np.sqrt(len(seen)))
    bottom, top = seen.min() + spread / 100, seen.max() - spread / 100

    def test(theta: float, limit: float) -> float:
        above = mean(design, np.where(np.isnan(column), np.nan, column > theta))
        if above.value is None or not above.se:
            return 1e6
        return (above.value - (1 - probability)) / above.se - limit

    ranks = []
    for limit in (critical, -critical):
        left, right = test(bottom, limit), test(top, limit)
        if left <= 0:
            theta = bottom
        elif right >= 0:
            theta = top
        else:
            theta = optimize.brentq(test, bottom, top, args=(limit,), xtol=step)
        ranks.append(float(np.mean(seen <= theta)))
    return _with_interval(design, probability, at(probability), at(ranks[0]), at(ranks[1]), level)


@dataclass(frozen=True, eq=False)
class _Quantiles:
    """The quantile as a function of the weights, for replicates."""

    y: Floats
    probability: float
    rule: Rule

    def value(self, w: Floats) -> Floats:
        return np.array([_inverse(self.y, w, self.rule)(self.probability)])

    def scores(self, w: Floats) -> Floats:
        raise NotImplementedError("a quantile has no linearisation here")


def replicated_quantile(
    design: ReplicateDesign,
    y: ArrayLike,
    probability: float,
    *,
    rule: Rule | None = None,
    level: float = LEVEL,
) -> Quantile | None:
    """A quantile with q ± t √V̂ from the replicated quantiles [R `interval.type="quantile"`].

    For the bootstrap and balanced half-samples; the jackknife of a quantile is not consistent.
    """
    column = np.asarray(y, dtype=np.float64)
    design = design.within(~np.isnan(column))
    if not design.weights.any():
        return None
    found = joint(design, _Quantiles(np.nan_to_num(column), probability, rule or hf1))
    value, se = float(found.values[0]), float(found.se[0])
    half = float(stats.t.ppf((1 + level) / 2, max(design.df, 1))) * se
    interval = Interval(value - half, value + half, level, "replicates")
    return Quantile(probability, value, interval, se)


def _with_interval(
    design: Design, probability: float, value: float, low: float, high: float, level: float
) -> Quantile:
    critical = float(stats.t.ppf((1 + level) / 2, max(design.df, 1)))
    interval = Interval(min(low, value), max(high, value), level, "woodruff")
    return Quantile(probability, value, interval, (high - low) / (2 * critical))


def _inverse(column: Floats, w: Floats, rule: Rule) -> Callable[[float], float]:
    order = np.argsort(column, kind="stable")
    order = order[w[order] > 0]
    x, weight = column[order], w[order]
    return lambda p: float(rule(x, weight, p))


# --- Rules ------------------------------------------------------------------------------------


def _around(x: Floats, w: Floats, p: float) -> tuple[int, int, float, float]:
    """Positions of the last cumulated share ≤ p and the next; p's distance from both."""
    share = np.cumsum(w)
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
    share = np.cumsum(w)
    return _interpolate(p, (share - w / 2) / share[-1], x)


def hf6(x: Floats, w: Floats, p: float) -> float:
    """Knots at k/(n+1)."""
    share = np.cumsum(w)
    return _interpolate(p, share / (share[-1] + w[-1]), x)


def hf7(x: Floats, w: Floats, p: float) -> float:
    """Knots at (k−1)/(n−1), the default of R's `quantile`."""
    share = np.cumsum(w)
    if len(x) == 1:
        return x[0]
    return _interpolate(p, np.concatenate([[0.0], share[:-1]]) / share[-2], x)


def hf8(x: Floats, w: Floats, p: float) -> float:
    """Knots at (k−1/3)/(n+1/3): nearly median-unbiased."""
    share = np.cumsum(w)
    knots = (np.concatenate([[0.0], share[:-1]]) / 3 + share * 2 / 3) / (share[-1] + w[-1] / 3)
    return _interpolate(p, knots, x)


def hf9(x: Floats, w: Floats, p: float) -> float:
    """Knots at (k−3/8)/(n+1/4): nearly unbiased for the normal."""
    share = np.cumsum(w)
    before = np.concatenate([[0.0], share[:-1]])
    return _interpolate(p, (before * 3 / 8 + share * 5 / 8) / (share[-1] + w[-1] / 4), x)


def shah_vaish(x: Floats, w: Floats, p: float) -> float:
    """The step function of Shah and Vaish (2006), as R writes it."""
    n = len(x)
    knots = (np.cumsum(w / w.mean()) + 0.5 - w / 2) / (n + 1)
    position = int(np.searchsorted(knots, p, side="right")) - 1
    return x[min(max(position, 0), n - 1)]


def _interpolate(p: float, knots: Floats, x: Floats) -> float:
    return float(np.interp(p, knots, x))
