"""Confidence intervals for a proportion or a bounded mean: one function, one formula.

The official interval is `official.Rule`'s. Its first edition, which old publications keep, is
`capped_korn_graubard_interval` for proportions and `mean_interval` for means; the second is made of
`wilson_beta` and `mean_bounds`. The others serve simple samples and comparison.
Every function returns a real interval that contains the estimate, also where all or none are
satisfied; without data the interval is the whole range.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import optimize, special, stats

from .values import Estimate, Interval

LEVEL = 0.95


def _checked(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1 (0.95, say), not at {level}")
    return level


def _counts(x: float, n: float) -> None:
    if not (math.isfinite(n) and 0 <= x <= max(n, 0.0) * (1 + 1e-12)):
        raise ValueError(f"{x} of {n} is no count of successes: 0 ≤ x ≤ n")


def _z(level: float) -> float:
    return float(stats.norm.isf((1 - _checked(level)) / 2))


def _t(level: float, df: float) -> float:
    """Student's quantile; normal where df is infinite. Fewer than 1 df is treated as 1."""
    if math.isinf(df):
        return _z(level)
    _checked(level)
    return -float(special.stdtrit(max(df, 1.0), (1 - level) / 2))


# --- Simple samples: x of n -------------------------------------------------------------------


def wald_interval(x: float, n: float, level: float = LEVEL) -> Interval:
    """p ± z √(p(1−p)/n), unbounded as it is. Under-covers badly near 0 and 1: to compare only."""
    _counts(x, n)
    if n <= 0:
        return Interval(0.0, 1.0, _checked(level), "wald")
    p = x / n
    half = _z(level) * math.sqrt(p * (1 - p) / n)
    return Interval(p - half, p + half, level, "wald")


def wilson_interval(x: float, n: float, level: float = LEVEL) -> Interval:
    """The p for which the score test does not reject [Wilson 1927; R `prop.test(correct=FALSE)`].

    `x` and `n` may be fractional: pass n_eff·p and n_eff for a weighted proportion.
    """
    _counts(x, n)
    if n <= 0:
        return Interval(0.0, 1.0, _checked(level), "wilson", 0.0)
    p, z2 = x / n, _z(level) ** 2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2) / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low = 0.0 if x <= 0 else min(max(0.0, centre - half), p)
    high = 1.0 if x >= n else max(min(1.0, centre + half), p)
    return Interval(low, high, level, "wilson", n)


def clopper_pearson_interval(x: float, n: float, level: float = LEVEL) -> Interval:
    """B(α/2; x, n−x+1) to B(1−α/2; x+1, n−x) [Clopper and Pearson 1934; R `binom.test`].

    Never covers less than `level`. `x` and `n` may be fractional, as Korn–Graubard needs.
    """
    _counts(x, n)
    if n <= 0:
        return Interval(0.0, 1.0, _checked(level), "clopper-pearson", 0.0)
    tail = (1 - _checked(level)) / 2
    low = 0.0 if x <= 0 else float(special.betaincinv(x, n - x + 1, tail))
    high = 1.0 if x >= n else float(special.betainccinv(x + 1, n - x, tail))
    return Interval(low, high, level, "clopper-pearson", n)


def agresti_coull_interval(x: float, n: float, level: float = LEVEL) -> Interval:
    """Wald after adding z²/2 successes and failures [Agresti and Coull 1998]. May leave [0, 1]."""
    _counts(x, n)
    if n <= 0:
        return Interval(0.0, 1.0, _checked(level), "agresti-coull", 0.0)
    z = _z(level)
    m = n + z * z
    p = (x + z * z / 2) / m
    half = z * math.sqrt(p * (1 - p) / m)
    return Interval(p - half, p + half, level, "agresti-coull", n)


def jeffreys_interval(x: float, n: float, level: float = LEVEL) -> Interval:
    """Quantiles of Beta(x+½, n−x+½), the bound set to 0 or 1 at x = 0 or n
    [Brown, Cai and DasGupta 2001]."""
    _counts(x, n)
    if n <= 0:
        return Interval(0.0, 1.0, _checked(level), "jeffreys", 0.0)
    tail = (1 - _checked(level)) / 2
    a, b = x + 0.5, n - x + 0.5
    low = 0.0 if x <= 0 else float(special.betaincinv(a, b, tail))
    high = 1.0 if x >= n else float(special.betainccinv(a, b, tail))
    return Interval(low, high, level, "jeffreys", n)


# --- Weighted proportions ---------------------------------------------------------------------


def df_adjusted_size(
    estimate: Estimate, level: float = LEVEL, *, df: float | None = None, n: float | None = None
) -> float | None:
    """n_eff · (t_{n−1}/t_df)²: the effective size less what the variance's own noise costs.

    None where the variance is zero and n_eff is not defined [Korn and Graubard 1998].
    """
    if estimate.n_eff is None:
        return None
    n = estimate.n if n is None else n
    df = estimate.df if df is None else df
    return estimate.n_eff * (_t(level, n - 1) / _t(level, df)) ** 2


def korn_graubard_interval(
    estimate: Estimate, level: float = LEVEL, *, df: float | None = None, n: float | None = None
) -> Interval:
    """Clopper–Pearson with the df-adjusted effective size, not capped
    [Korn and Graubard 1998; R `svyciprop(method="beta")`].

    Where the variance is zero the size is n, as the authors state. `n` overrides the sample size
    of the t ratio: R takes all rows of a calibrated design, also for a domain.
    """
    if estimate.value is None:
        return Interval(0.0, 1.0, _checked(level), "korn-graubard", 0.0)
    size = df_adjusted_size(estimate, level, df=df, n=n)
    size = float(estimate.n) if size is None else size
    exact = clopper_pearson_interval(size * estimate.value, size, level)
    return replace(exact, method="korn-graubard", size=size)


def capped_korn_graubard_interval(estimate: Estimate, level: float = LEVEL) -> Interval:
    """The official interval: Korn–Graubard with the effective size capped at Kish's.

    n* = min(n_eff · (t_{n−1}/t_df)², n_kish); n* = n_kish where the variance is zero (all or none
    satisfied). Bounds B(α/2; n*p, n*(1−p)+1) and B(1−α/2; n*p+1, n*(1−p))
    [Korn and Graubard 1998; cap after Franco, Little, Louis and Slud 2019].
    For one simple sample n_eff is n − 1: Clopper–Pearson at one response fewer.
    """
    if estimate.value is None:
        return Interval(0.0, 1.0, _checked(level), "capped korn-graubard", 0.0)
    size = _capped_size(estimate, level)
    exact = clopper_pearson_interval(size * estimate.value, size, level)
    return replace(exact, method="capped korn-graubard", size=size)


def _capped_size(estimate: Estimate, level: float) -> float:
    size = df_adjusted_size(estimate, level)
    return estimate.n_kish if size is None else min(size, estimate.n_kish)


def wilson_effective_interval(estimate: Estimate, level: float = LEVEL) -> Interval:
    """Wilson with the df-adjusted effective size capped at Kish's: narrower than the official
    interval, and a little under its level in some designs [Franco et al. 2019]."""
    if estimate.value is None:
        return Interval(0.0, 1.0, _checked(level), "wilson effective", 0.0)
    size = _capped_size(estimate, level)
    w = wilson_interval(size * estimate.value, size, level)
    return Interval(w.low, w.high, level, "wilson effective", size)


def wald_weighted_interval(
    estimate: Estimate, level: float = LEVEL, *, df: float | None = None
) -> Interval:
    """p ± t_df · se [R `svyciprop(method="mean")`]; of no width where the variance is zero."""
    if estimate.value is None or estimate.se is None:
        return Interval(0.0, 1.0, _checked(level), "wald weighted")
    half = _t(level, estimate.df if df is None else df) * estimate.se
    return Interval(estimate.value - half, estimate.value + half, level, "wald weighted")


def logit_interval(
    estimate: Estimate, level: float = LEVEL, *, df: float | None = None
) -> Interval:
    """logit p ± t_df · se/(p(1−p)), back [R `svyciprop(method="logit")` and `"xlogit"`].

    Where p is 0 or 1 or the variance zero: the official interval.
    """
    p, se = estimate.value, estimate.se
    if p is None or not se or not 0 < p < 1:
        return capped_korn_graubard_interval(estimate, level)
    half = _t(level, estimate.df if df is None else df) * se / (p * (1 - p))
    centre = special.logit(p)
    low, high = special.expit(centre - half), special.expit(centre + half)
    return Interval(float(low), float(high), level, "logit")


def expit_interval(
    log_odds: Estimate, level: float = LEVEL, *, df: float | None = None
) -> Interval:
    """The interval of a proportion from an estimate of its log-odds (`estimates.log_odds`)."""
    if log_odds.value is None or log_odds.se is None:
        return Interval(0.0, 1.0, _checked(level), "logit")
    half = _t(level, log_odds.df if df is None else df) * log_odds.se
    low, high = special.expit(log_odds.value - half), special.expit(log_odds.value + half)
    return Interval(float(low), float(high), level, "logit")


def arcsine_interval(
    estimate: Estimate, level: float = LEVEL, *, df: float | None = None
) -> Interval:
    """sin²(arcsin √p ± t_df · se/(2√(p(1−p)))) [R `svyciprop(method="asin")`].

    A bound that would pass 0 or 1 stops there. Where p is 0 or 1 or the variance zero: the
    official interval.
    """
    p, se = estimate.value, estimate.se
    if p is None or not se or not 0 < p < 1:
        return capped_korn_graubard_interval(estimate, level)
    half = _t(level, estimate.df if df is None else df) * se / (2 * math.sqrt(p * (1 - p)))
    centre = math.asin(math.sqrt(p))
    low, high = max(0.0, centre - half), min(math.pi / 2, centre + half)
    return Interval(math.sin(low) ** 2, math.sin(high) ** 2, level, "arcsine")


def likelihood_interval(
    estimate: Estimate, level: float = LEVEL, *, df: float | None = None
) -> Interval:
    """Where the weighted binomial log-likelihood, scaled to the design's variance, falls by
    t_df²/2 [Rao and Scott 1984; R `svyciprop(method="likelihood")`, here with exact roots].

    2 n_eff (p̂ log(p̂/p) + (1−p̂) log((1−p̂)/(1−p))) = t²; with weights scaled to mean 1 the
    scaling λ = V̂/(p̂(1−p̂)/n) turns n into n_eff.
    """
    p, size = estimate.value, estimate.n_eff
    if p is None or size is None or not 0 < p < 1:
        return capped_korn_graubard_interval(estimate, level)
    fall = _t(level, estimate.df if df is None else df) ** 2 / (2 * size)

    def excess(q: float) -> float:
        return float(special.rel_entr(p, q) + special.rel_entr(1 - p, 1 - q)) - fall

    edge = np.finfo(float).tiny
    low = optimize.brentq(excess, edge, p, xtol=1e-15) if excess(edge) > 0 else 0.0
    top = 1 - np.finfo(float).epsneg
    high = optimize.brentq(excess, p, top, xtol=1e-15) if excess(top) > 0 else 1.0
    return Interval(float(low), float(high), level, "likelihood")


# --- Means on a bounded scale -----------------------------------------------------------------


def mean_interval(
    estimate: Estimate, scale: tuple[float, float] = (1.0, 5.0), level: float = LEVEL
) -> Interval:
    """The official interval of a mean rating: Student t on the logit of q = (m − low)/(high − low),
    so that it stays on the scale, with the effective size capped at Kish's as for proportions.

    The cap: n* = min(n_eff, n_kish), se* = s/√n*, df* = min(df, n_kish − 1). A stratum with much
    of the weight and two equal answers shows no spread; without the cap its certainty would pass
    for the sample's (docs/decisions/0003-mean-interval.md).

    Where the variance is zero, no degree of freedom is left, or m is at an end of the scale: the
    Korn–Graubard bounds of q with n* = n_kish. They hold for any variable bounded by the scale,
    whose variance cannot pass q(1−q).
    """
    bottom, top = scale
    span = top - bottom
    if not span > 0:
        raise ValueError(f"a scale runs from its lowest to its highest value, not {scale}")
    m, se = estimate.value, estimate.se
    if m is None or se is None:
        return Interval(bottom, top, _checked(level), "mean, logit t", 0.0)
    q = min(max((m - bottom) / span, 0.0), 1.0)
    if se == 0 or estimate.df < 1 or not 0 < q < 1:
        size, method = estimate.n_kish, "mean, korn-graubard"
        exact = clopper_pearson_interval(size * q, size, level)
        return Interval(bottom + span * exact.low, bottom + span * exact.high, level, method, size)
    n_eff = estimate.n_eff or estimate.n_kish
    capped_se = se * math.sqrt(max(n_eff / estimate.n_kish, 1.0))
    df = max(min(estimate.df, estimate.n_kish - 1), 1.0)
    half = _t(level, df) * (capped_se / span) / (q * (1 - q))
    centre = special.logit(q)
    low, high = float(special.expit(centre - half)), float(special.expit(centre + half))
    return Interval(bottom + span * low, bottom + span * high, level, "mean, logit t")
