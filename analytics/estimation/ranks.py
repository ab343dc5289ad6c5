"""Ranks of agencies as sets: those that the sample cannot rule out.

A rank by point estimate is mostly luck. Each pair is tested instead, all at one error rate: agency
j's rank lies between 1 + (how many are surely better) and K − (how many are surely worse)
[Mogstad, Romano, Shaikh and Wilhelm 2024, Review of Economic Studies 91]. "The best" are all whose
set holds 1, and likewise the worst.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .official import EDITION_1, Rule
from .sums import Floats, Ints, Mask
from .values import Columns, Estimate

DRAWS = 2000
AT_ONCE = 2**16
"""Statistics that are simulated together: so many stay near the processor."""


@dataclass(frozen=True, eq=False)
class RankSets:
    """The ranks (1 is best) from `low` to `high` that each of K agencies may have; both (K,)."""

    low: Ints
    high: Ints

    @property
    def best(self) -> Ints:
        """Positions of those that cannot be told from the best."""
        return np.flatnonzero(self.low == 1)

    @property
    def worst(self) -> Ints:
        """Positions of those that cannot be told from the worst."""
        return np.flatnonzero(self.high == len(self.high))


def rank_sets(
    estimates: Sequence[Estimate],
    *,
    seed: int,
    simultaneous: bool = True,
    draws: int = DRAWS,
    rule: Rule = EDITION_1,
) -> RankSets:
    """The ranks of shares from independent samples, by their log-odds at the official size.

    simultaneous  all sets hold their agency's true rank at once with the rule's confidence, as a
                  list needs; else each by itself
    An agency without data may have any rank.
    """
    value, error = log_odds(estimates, rule)
    return rank_sets_of(value, error, rule.level, seed, simultaneous=simultaneous, draws=draws)


def log_odds(estimates: Sequence[Estimate], rule: Rule) -> tuple[Floats, Floats]:
    """log((x+½)/(m−x+½)) with x = m p̂ and m the official size, and its standard error
    √(1/(x+½) + 1/(m−x+½)), finite also where all are satisfied [Haldane 1956; Anscombe 1956]. NaN
    without data."""
    share = Columns.of(estimates).value
    size = np.array([i.size or 0.0 for i in rule.intervals(estimates)])
    yes, no = size * share + 0.5, size * (1 - share) + 0.5
    return np.log(yes / no), np.sqrt(1 / yes + 1 / no)


def rank_sets_of(
    value: Floats,
    error: Floats,
    level: float,
    seed: int,
    *,
    simultaneous: bool = True,
    draws: int = DRAWS,
) -> RankSets:
    """The rank sets of K independent, nearly normal estimates with their standard errors, the
    critical values simulated; NaN for an unknown one."""
    K = len(value)
    draw = _draws(seed, draws, K)
    noise = draw.normal * np.nan_to_num(error)
    spread = np.hypot(error[:, None], error)
    known = ~np.isnan(spread) & ~np.eye(K, dtype=bool)
    t = np.where(known, (value[:, None] - value) / np.where(known, spread, 1.0), 0.0)
    if simultaneous:
        above = _surely_above(t, spread, noise, draw.bound, known, level)
        better, worse = above.sum(axis=0), above.sum(axis=1)
    else:
        better, worse = np.zeros((2, K), dtype=np.int64)
        for j in range(K):
            own = np.zeros_like(known)
            own[j], own[:, j] = known[j], known[:, j]
            above = _surely_above(t, spread, noise, draw.bound, own, level)
            better[j], worse[j] = above[:, j].sum(), above[j].sum()
    return RankSets(1 + better, K - worse)


class _Draws(NamedTuple):
    """Standard normal numbers, those of K agencies a row; and of each row what no pair's statistic
    in it exceeds, the highest first."""

    normal: Floats
    bound: Floats


@lru_cache(maxsize=16)
def _draws(seed: int, draws: int, K: int) -> _Draws:
    """|aX − bY| ≤ √(a²+b²)·√(X²+Y²) [Cauchy and Schwarz]: the two largest |X| of a row."""
    normal = np.random.default_rng(seed).standard_normal((draws, K))
    bound = np.sqrt(np.sort(normal**2, axis=1)[:, -2:].sum(axis=1))
    order = np.argsort(-bound, kind="stable")
    return _Draws(normal[order], bound[order])


def _surely_above(
    t: Floats, spread: Floats, noise: Floats, bound: Floats, family: Mask, level: float
) -> Mask:
    """Which pairs (j, k) of a family reject "j is not above k" with familywise error 1 − level:
    the largest statistic's quantile, then again for those not rejected yet [Romano and Wolf 2005].
    """
    left = family
    while (
        left.any() and (further := left & (t > _critical(noise, bound, spread, left, level))).any()
    ):
        left = left & ~further
    return family & ~left


def _critical(noise: Floats, bound: Floats, spread: Floats, family: Mask, level: float) -> float:
    """The quantile of the family's largest statistic. Of draws whose bound lies below it, most of
    them, nothing more need be known."""
    draws = len(noise)
    above = draws - int(level * (draws - 1)) + 1  # the two that it lies between, and one to spare
    largest = np.full(draws, -np.inf)
    done, step = 0, 2 * above
    while done < draws:
        largest[done : done + step] = _largest(noise[done : done + step], spread, family)
        done, step = min(done + step, draws), 2 * step
        if done < draws and np.partition(largest, -above)[-above] > 1.00001 * bound[done]:
            break
    return float(np.quantile(largest, level))


def _largest(noise: Floats, spread: Floats, family: Mask) -> NDArray[np.float32]:
    """(draws,) the largest simulated statistic of the family. That of (k, j) is that of (j, k)
    with its sign turned: a pair with both is looked at once. In single precision, twice as fast:
    its error is a hundred thousandth of what the number of draws leaves open."""
    drawn = np.ascontiguousarray(noise.T, np.float32)  # a row an agency, numbers side by side
    largest = np.full(len(noise), -np.inf, np.float32)
    for pairs, both in ((np.tril(family & family.T), True), (family & ~family.T, False)):
        first, second = np.nonzero(pairs)
        scale = (1 / spread[first, second, None]).astype(np.float32)
        at_once = max(AT_ONCE // len(noise), 1)
        for k in range(0, len(first), at_once):
            some = slice(k, k + at_once)
            statistics = drawn[first[some]]
            statistics -= drawn[second[some]]
            statistics *= scale[some]
            if both:
                np.abs(statistics, out=statistics)
            np.maximum(largest, statistics.max(axis=0), out=largest)
    return largest
