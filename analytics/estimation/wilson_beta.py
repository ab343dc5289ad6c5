"""Wilson's bound on the side of the nearer end of the scale's middle, a Beta bound on the other.

For a share p̂ ≥ ½ at effective size m: low is Wilson's lower bound [Wilson 1927], high the upper
quantile of Beta(m p̂ + ¾, m(1−p̂) + ¼), between Jeffreys' and Clopper–Pearson's. For p̂ < ½ both are
mirrored. Everything is vectorised over domains.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import optimize, special

from .sums import Floats

NEAR, FAR = 0.25, 0.75
"""What is added to the fewer and to the more frequent kind of answers for the Beta bound."""


def bounds(share: Floats, size: Floats, level: float | Floats) -> tuple[Floats, Floats]:
    """(low, high) of each share; 0 and 1 where the size is 0 or the share unknown."""
    mirrored = share < 0.5
    p = np.where(mirrored, 1 - share, share)
    known = (size > 0) & ~np.isnan(share)
    p, m = np.where(known, p, 0.5), np.where(known, size, 1.0)
    low = np.where(known, np.minimum(_wilson_low(p, m, level), p), 0.0)
    high = np.where(known, np.maximum(_beta_high(p, m, level), p), 1.0)
    return np.where(mirrored, 1 - high, low), np.where(mirrored, 1 - low, high)


def _wilson_low(p: Floats, m: Floats, level: float | Floats) -> Floats:
    z = special.ndtri((1 + level) / 2)
    z2 = z * z
    centre = p + z2 / (2 * m)
    low: Floats = (centre - z * np.sqrt(p * (1 - p) / m + z2 / (4 * m * m))) / (1 + z2 / m)
    return np.maximum(low, 0.0)


def _beta_high(p: Floats, m: Floats, level: float | Floats) -> Floats:
    high = special.betainccinv(m * p + FAR, m * (1 - p) + NEAR, (1 - level) / 2)
    return np.where(p >= 1, 1.0, high)


def p_values(share: Floats, size: Floats, target: float) -> tuple[Floats, Floats]:
    """One-sided p-values of "below the target" and "at or above it"; 1 without data.

    met      Φ̄((p̂−T) √(m/(T(1−T)))), at most 0.025 exactly where low at 95 % reaches the target
    not met  1 − B_{m p̂+¾, m(1−p̂)+¼}(T), likewise for high
    """
    mirrored = share < 0.5
    p, T = np.where(mirrored, 1 - share, share), np.where(mirrored, 1 - target, target)
    known = (size > 0) & ~np.isnan(share)
    p, m = np.where(known, p, 0.5), np.where(known, size, 1.0)
    above = special.ndtr(-(p - T) * np.sqrt(m / (T * (1 - T))))
    below = np.where(p >= 1, 1.0, special.betaincc(m * p + FAR, m * (1 - p) + NEAR, T))
    met, not_met = np.where(mirrored, below, above), np.where(mirrored, above, below)
    return np.where(known, met, 1.0), np.where(known, not_met, 1.0)


MOST = 1e12


def size_that_decides(share: float, target: float, level: float) -> float:
    """The smallest size at which the bound that faces the target passes it; inf where it is beyond
    1e12, as where the share is the target.

    Wilson's bound is there at m = z² T(1−T)/(p̂−T)²; for the Beta bound m solves
    1 − B_{m p̂+¾, m(1−p̂)+¼}(T) = α/2.
    """
    p, T = (share, target) if share >= 0.5 else (1 - share, 1 - target)
    tail = (1 - level) / 2
    if p == T:
        return np.inf
    if p > T:
        m = float(special.ndtri(tail)) ** 2 * T * (1 - T) / (p - T) ** 2
        return m if m <= MOST else np.inf

    def excess(log_size: float) -> float:
        m = math.exp(log_size)
        return float(special.betaincc(m * p + FAR, m * (1 - p) + NEAR, T)) - tail

    largest, smallest = math.log(MOST), math.log(1e-6)
    if p >= 1 or excess(largest) > 0:
        return np.inf
    return math.exp(optimize.brentq(excess, smallest, largest, xtol=1e-12))
