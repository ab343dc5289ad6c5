"""Differences: of two domains, of two waves, and of one estimate from a fixed value."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from .estimates import Design, domain_means, mean
from .intervals import LEVEL, wilson_interval
from .official import EDITION_1, Rule
from .values import Estimate, Interval


@dataclass(frozen=True, slots=True)
class Difference:
    """a − b, its standard error, Student's t on `df` and the two-sided p-value, and an interval."""

    value: float
    se: float
    df: float
    t: float | None
    p_value: float | None
    interval: Interval


def difference_of_proportions(
    a: Estimate,
    b: Estimate,
    *,
    correlation: float = 0.0,
    rules: tuple[Rule, Rule] = (EDITION_1, EDITION_1),
    intervals: tuple[Interval, Interval] | None = None,
) -> Difference | None:
    """p_a − p_b with V_a + V_b − 2ρ√(V_a V_b) and an interval by MOVER from the two official
    intervals [Zou and Donner 2008]; None where either has no data.

    low = d − √((p_a−l_a)² + (u_b−p_b)² − 2ρ(p_a−l_a)(u_b−p_b)), and likewise high.
    ρ is the correlation of the two estimates where their samples overlap, else 0. Each share is
    judged by its own of the two rules, unless its `intervals` are known already.
    """
    if a.value is None or b.value is None or a.variance is None or b.variance is None:
        return None
    A, B = intervals or (rule.intervals([e])[0] for rule, e in zip(rules, (a, b), strict=True))
    d = a.value - b.value

    def reach(left: float, right: float) -> float:
        return math.sqrt(max(left**2 + right**2 - 2 * correlation * left * right, 0.0))

    low = d - reach(a.value - A.low, B.high - b.value)
    high = d + reach(A.high - a.value, b.value - B.low)
    variance = a.variance + b.variance - 2 * correlation * math.sqrt(a.variance * b.variance)
    interval = Interval(max(low, -1.0), min(high, 1.0), rules[0].level, "mover")
    return _difference(d, math.sqrt(max(variance, 0.0)), _welch(a, b), interval)


def newcombe_interval(x: float, n: float, y: float, m: float, level: float = LEVEL) -> Interval:
    """x/n − y/m of two simple counts, from their Wilson intervals [Newcombe 1998, method 10].

    low = d − √((p−l_p)² + (u_q−q)²), high = d + √((u_p−p)² + (q−l_q)²).
    """
    p, q = x / n, y / m
    P, Q = wilson_interval(x, n, level), wilson_interval(y, m, level)
    low = p - q - math.hypot(p - P.low, Q.high - q)
    high = p - q + math.hypot(P.high - p, q - Q.low)
    return Interval(max(low, -1.0), min(high, 1.0), level, "newcombe")


def _welch(a: Estimate, b: Estimate) -> float:
    """Satterthwaite's degrees of freedom of V_a + V_b."""
    parts = [(e.variance or 0.0, max(e.df, 1)) for e in (a, b)]
    below = sum(v**2 / df for v, df in parts)
    return sum(v for v, _ in parts) ** 2 / below if below > 0 else float(sum(f for _, f in parts))


def difference_of_domains(
    design: Design, y: ArrayLike, group: ArrayLike, *, level: float = LEVEL
) -> Difference:
    """The mean of the second group less that of the first (in sorted order), covariance included.

    The slope of a regression on the group, so df is one fewer than the design's
    [R `svyttest`, `svyglm`].
    """
    both = domain_means(design, y, group)
    if len(both.names) != 2:
        raise ValueError(f"two groups are needed, not {len(both.names)}")
    contrast = both.contrast([-1.0, 1.0])
    df = both.df - 1
    return _student(float(contrast.values[0]), float(contrast.se[0]), df, level)


def difference_from(
    design: Design, y: ArrayLike, value: float, *, level: float = LEVEL
) -> Difference | None:
    """The mean less a fixed value, df as R's one-sample `svyttest` (the design's less one)."""
    estimate = mean(design, np.asarray(y, dtype=np.float64) - value)
    if estimate.value is None or estimate.se is None:
        return None
    return _student(estimate.value, estimate.se, estimate.df - 1, level)


def _student(value: float, se: float, df: float, level: float) -> Difference:
    half = float(stats.t.ppf((1 + level) / 2, max(df, 1))) * se
    return _difference(value, se, df, Interval(value - half, value + half, level, "student"))


def _difference(value: float, se: float, df: float, interval: Interval) -> Difference:
    if se == 0:
        return Difference(value, se, df, None, None, interval)
    t = value / se
    return Difference(value, se, df, t, 2 * float(special.stdtr(max(df, 1), -abs(t))), interval)
