"""Lists of agencies: how many of those called "met" are so by luck, and how sure a rank is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .official import EDITION_1, TARGET, Outcome, Rule
from .sums import Floats
from .values import Estimate, Interval


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
    outcomes = []
    called = zip(
        benjamini_hochberg(met, rate), benjamini_hochberg(not_met, rate), met, not_met, strict=True
    )
    for above, below, p_above, p_below in called:
        if above and p_above <= one_sided:
            outcomes.append(Outcome.MET)
        elif below and p_below <= one_sided:
            outcomes.append(Outcome.NOT_MET)
        else:
            outcomes.append(Outcome.INCONCLUSIVE)
    return outcomes


@dataclass(frozen=True, slots=True)
class Rank:
    """The rank of an agency (1 is best) with its simulated interval."""

    median: int
    low: int
    high: int


def ranks(
    estimates: Sequence[Estimate], *, seed: int, draws: int = 4000, rule: Rule = EDITION_1
) -> list[Rank]:
    """Ranks with intervals: shares drawn from Beta(n*p + ½, n*(1−p) + ½), ranked in each draw
    [Goldstein and Spiegelhalter 1996]. An agency without data is drawn from 0 to 1."""
    rng = np.random.default_rng(seed)
    sampled = [
        _draws(e, i, rng, draws) for e, i in zip(estimates, rule.intervals(estimates), strict=True)
    ]
    drawn = np.stack(sampled) if sampled else np.empty((0, 1))
    rank = (-drawn).argsort(axis=0).argsort(axis=0) + 1
    tail = (1 - rule.level) / 2
    low, median, high = (
        np.quantile(rank, [tail, 0.5, 1 - tail], axis=1, method="inverted_cdf")
        if estimates
        else np.empty((3, 0))
    )
    return [Rank(int(m), int(a), int(b)) for a, m, b in zip(low, median, high, strict=True)]


def _draws(estimate: Estimate, interval: Interval, rng: np.random.Generator, draws: int) -> Floats:
    size, share = interval.size or 0.0, estimate.value
    if share is None:
        return rng.random(draws)
    return rng.beta(size * share + 0.5, size * (1 - share) + 0.5, draws)
