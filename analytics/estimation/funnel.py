"""Funnel limits: how far from the benchmark chance alone carries an agency of its size
[Spiegelhalter 2005, Statistics in Medicine 24]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from .values import Estimate


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """Between `low` and `high` an agency of size `n` does not differ from the benchmark."""

    n: float
    low: float
    high: float


def funnel_limits(
    n: float, benchmark: float, level: float = 0.95, overdispersion: float = 1.0
) -> FunnelLimits:
    """Exact binomial limits, interpolated between counts (Spiegelhalter's appendix A.1.1); with
    overdispersion φ > 1 the normal ones, benchmark ± z √(φ p(1−p)/n)."""
    tail = (1 - level) / 2
    if n <= 0:
        return FunnelLimits(n, 0.0, 1.0)
    if overdispersion > 1:
        half = stats.norm.isf(tail) * np.sqrt(overdispersion * benchmark * (1 - benchmark) / n)
        low, high = benchmark - half, benchmark + half
    else:
        low, high = (_binomial_limit(int(n), benchmark, p) for p in (tail, 1 - tail))
    return FunnelLimits(n, max(float(low), 0.0), min(float(high), 1.0))


def _binomial_limit(n: int, benchmark: float, probability: float) -> float:
    r = float(stats.binom.ppf(probability, n, benchmark))
    at, step = stats.binom.cdf(r, n, benchmark), stats.binom.pmf(r, n, benchmark)
    return (r - float((at - probability) / step)) / n


def overdispersion(
    estimates: Sequence[Estimate], benchmark: float, winsorised: float = 0.10
) -> float:
    """φ = mean z² of the agencies, z = (p̂ − p)/√(p(1−p)/n_eff), after the most extreme share on
    each side is pulled in to its quantile. At least 1: agencies more alike than chance allows
    do not narrow the funnel. 1 with fewer than 3 agencies."""
    known = [e for e in estimates if e.value is not None]
    if len(known) < 3 or not 0 < benchmark < 1:
        return 1.0
    value = np.array([e.value for e in known], dtype=np.float64)
    size = np.array([e.n_eff or e.n_kish for e in known])
    z = (value - benchmark) / np.sqrt(benchmark * (1 - benchmark) / size)
    low, high = np.quantile(z, [winsorised, 1 - winsorised])
    return max(float(np.mean(np.clip(z, low, high) ** 2)), 1.0)
