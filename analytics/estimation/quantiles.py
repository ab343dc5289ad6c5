"""Quantiles of a weighted sample and their intervals.

How a quantile lies between two observations is the matter of a rule (`quantile_rules`).
Intervals by Woodruff (1952): an interval for the share at or below the quantile, turned back by
the same rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .design import SurveyDesign
from .estimates import Design, mean
from .intervals import LEVEL, wald_weighted_interval
from .quantile_rules import Rule, hf1
from .replicates import ReplicateDesign
from .sums import Floats, numbers
from .values import Interval


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
    share_interval: Callable[..., Interval] = wald_weighted_interval,
    level: float = LEVEL,
    df: float | None = None,
) -> Quantile | None:
    """A quantile with Woodruff's interval; None without data [R `svyquantile`].

    rule            how the quantile lies between observations (`hf1`, "math", unless said)
    share_interval  the interval for the share at or below it, from `intervals`
    df              of Student's t, those of the design unless said

    Where that share's interval passes 0 or 1, the smallest or largest value is the bound.
    """
    rule = rule or hf1
    column = _column(design, y, probability)
    design = design.within(~np.isnan(column))
    w = design.weights
    if not w.any():
        return None
    at = _inverse(column, w, rule)
    value = at(probability)
    below = np.where(np.isnan(column), np.nan, column <= value)
    df = design.df if df is None else df
    share = share_interval(mean(design, below), level, df=df)
    low, high = at(max(share.low, 0.0)), at(min(share.high, 1.0))
    return _with_interval(probability, value, low, high, level, df)


def score_quantile(
    design: SurveyDesign,
    y: ArrayLike,
    probability: float,
    *,
    rule: Rule | None = None,
    level: float = LEVEL,
    df: float | None = None,
) -> Quantile | None:
    """A quantile with the interval of the score test [Francisco and Fuller 1991;
    R `interval.type="score"`]: values θ at which the share above θ is not rejected as 1 − p.

    The test moves in steps, so the root is the observation where it crosses or the one before,
    whichever the search ends at. As in R the roots become data values at their unweighted rank.
    """
    rule = rule or hf1
    column = _column(design, y, probability)
    design = design.within(~np.isnan(column))
    w = design.weights
    if not w.any():
        return None
    at = _inverse(column, w, rule)
    seen = column[design.inside]
    df = design.df if df is None else df
    critical = stats.t.ppf((1 + level) / 2, max(df, 1))
    spread = float(np.subtract(*np.percentile(seen, [75, 25])))
    step = 1 / (100 * np.sqrt(design.rows))
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
            theta = _crossing(partial(test, limit=limit), bottom, top, step)
        ranks.append(float(np.mean(seen <= theta)))
    return _with_interval(probability, at(probability), at(ranks[0]), at(ranks[1]), level, df)


@dataclass(frozen=True, eq=False)
class _Quantiles:
    """The quantile as a function of the weights, for replicates."""

    y: Floats
    probability: float
    rule: Rule

    def value(self, w: Floats) -> Floats:
        if not w.any():
            return np.array([np.nan])  # a replicate without responses says nothing
        return np.array([_inverse(self.y, w, self.rule)(self.probability)])


def replicated_quantile(
    design: ReplicateDesign,
    y: ArrayLike,
    probability: float,
    *,
    rule: Rule | None = None,
    level: float = LEVEL,
    df: float | None = None,
) -> Quantile | None:
    """A quantile with q ± t √V̂ from the replicated quantiles [R `interval.type="quantile"`].

    For the bootstrap and balanced half-samples; the jackknife of a quantile is not consistent.
    """
    column = _column(design, y, probability)
    design = design.within(~np.isnan(column))
    if not design.weights.any():
        return None
    quantile = _Quantiles(np.nan_to_num(column), probability, rule or hf1)
    value = float(quantile.value(design.weights)[0])
    se = float(np.sqrt(design.covariance(quantile)[0, 0]))
    df = design.df if df is None else df
    half = float(stats.t.ppf((1 + level) / 2, max(df, 1))) * se
    interval = Interval(value - half, value + half, level, "replicates")
    return Quantile(probability, value, interval, se)


def _column(design: Design, y: ArrayLike, probability: float) -> Floats:
    if not 0 <= probability <= 1:
        raise ValueError(f"a probability lies between 0 and 1, not at {probability}")
    return numbers(y, len(design.weights))


def _with_interval(
    probability: float, value: float, low: float, high: float, level: float, df: float
) -> Quantile:
    critical = float(stats.t.ppf((1 + level) / 2, max(df, 1)))
    interval = Interval(min(low, value), max(high, value), level, "woodruff")
    return Quantile(probability, value, interval, (high - low) / (2 * critical))


def _inverse(column: Floats, w: Floats, rule: Rule) -> Callable[[float], float]:
    order = np.argsort(column, kind="stable")
    order = order[w[order] > 0]
    x, weight = column[order], w[order]
    return lambda p: float(rule(x, weight, p))


def _crossing(f: Callable[[float], float], a: float, b: float, tolerance: float) -> float:
    """Brent's root of f between a and b, where its signs differ [Brent 1973; R `uniroot`].

    On a function of steps the root is a place in the last bracket, so the order of the trials is
    part of the definition: SciPy's `brentq` makes them in another.
    """
    fa, fb = f(a), f(b)
    c, fc = a, fa
    for _ in range(1000):
        before = b - a
        if abs(fc) < abs(fb):
            a, b, c = b, c, b
            fa, fb, fc = fb, fc, fb
        near = 2 * np.finfo(float).eps * abs(b) + tolerance / 2
        step = (c - b) / 2
        if abs(step) <= near or fb == 0:
            return b
        if abs(before) >= near and abs(fa) > abs(fb):
            ratio = fb / fa
            if a == c:
                top, bottom = (c - b) * ratio, 1 - ratio
            else:
                far, other = fa / fc, fb / fc
                top = ratio * ((c - b) * far * (far - other) - (b - a) * (other - 1))
                bottom = (far - 1) * (other - 1) * (ratio - 1)
            bottom, top = (-bottom, top) if top > 0 else (bottom, -top)
            near_enough = 0.75 * (c - b) * bottom - abs(near * bottom) / 2
            if top < near_enough and top < abs(before * bottom / 2):
                step = top / bottom
        if abs(step) < near:
            step = near if step > 0 else -near
        a, fa = b, fb
        b = b + step
        fb = f(b)
        if (fb > 0) == (fc > 0):
            c, fc = a, fa
    return b
