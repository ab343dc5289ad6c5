"""Many verdicts side by side: how many of those called are so by luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from .official import EDITION_1, TARGET, Outcome, Rule
from .ranks import log_odds
from .sums import Floats
from .values import Estimate


def benjamini_hochberg(p_values: ArrayLike, rate: float = 0.05) -> NDArray[np.bool_]:
    """Which hypotheses are rejected so that of those rejected at most `rate` are true on average
    [Benjamini and Hochberg 1995]: the k smallest, k the largest with p_(k) ≤ k·rate/m."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    passing = np.flatnonzero(p[order] <= rate * np.arange(1, len(p) + 1) / max(len(p), 1))
    rejected = np.zeros(len(p), dtype=bool)
    if len(passing):
        rejected[order[: passing[-1] + 1]] = True
    return rejected


def holm(p_values: ArrayLike) -> Floats:
    """p-values of which all at most α may be rejected with a chance α of any false rejection
    [Holm 1979]: the largest so far of (m − i + 1) p_(i), at most 1."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order])
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def at_least_false(p_values: ArrayLike, error: float) -> int:
    """How many of the hypotheses are false, at least, with confidence 1 − `error`.

    m − h with h the size of the largest set that the closed Simes test keeps: h is the largest i
    with i p_(m−i+j) > j·error for all j ≤ i [Hommel 1988; Goeman, Meijer, Krebs and Solari 2019].
    """
    p = np.sort(np.asarray(p_values, dtype=np.float64))
    m = len(p)
    kept = (i for i in range(m, 0, -1) if np.all(i * p[m - i :] > error * np.arange(1, i + 1)))
    return m - next(kept, 0)


def between(
    estimates: Sequence[Estimate], target: float = TARGET, rule: Rule = EDITION_1
) -> tuple[int, int]:
    """(a, b): between a and b of these agencies meet the target, both at once with the rule's
    confidence. The samples of the agencies are independent."""
    met, not_met = rule.p_values(estimates, target)
    tail = (1 - rule.level) / 2
    return at_least_false(met, tail), len(estimates) - at_least_false(not_met, tail)


def outcomes_of_list(
    estimates: Sequence[Estimate],
    target: float = TARGET,
    rate: float = 0.05,
    rule: Rule = EDITION_1,
) -> list[Outcome]:
    """The outcome of each agency in a list, the false discovery rate of each side held at `rate`.

    An agency is called only where its own interval calls it too.
    """
    met, not_met = rule.p_values(estimates, target)
    one_sided = (1 - rule.level) / 2
    above = benjamini_hochberg(met, rate) & (met <= one_sided)
    below = benjamini_hochberg(not_met, rate) & (not_met <= one_sided)
    return [
        Outcome.MET if up else Outcome.NOT_MET if down else Outcome.INCONCLUSIVE
        for up, down in zip(above, below, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Gap:
    """The share of `first` less that of `second`, positions in a list, and the p-value of "none"
    adjusted for all pairs of that list."""

    first: int
    second: int
    value: float
    p_value: float


def gaps(estimates: Sequence[Estimate], rule: Rule = EDITION_1) -> list[Gap]:
    """Every pair of independent shares with data, as channels of an agency are, by Holm's method on
    two-sided tests of their log-odds at the official size: a gap is larger than chance explains
    where its p-value is at most 0.05."""
    value, error = log_odds(estimates, rule)
    known = [k for k, e in enumerate(estimates) if e.has_data]
    pairs = [(a, b) for place, a in enumerate(known) for b in known[place + 1 :]]
    z = [(value[a] - value[b]) / np.hypot(error[a], error[b]) for a, b in pairs]
    adjusted = holm(2 * stats.norm.sf(np.abs(z))).tolist()
    shares = [e.value or 0.0 for e in estimates]
    return [Gap(a, b, shares[a] - shares[b], p) for (a, b), p in zip(pairs, adjusted, strict=True)]
