"""The official rule: the interval of a share or a mean, the outcome against a target, p-values.

Whoever plans, judges, watches or lists agencies takes the rule from here, so that no two places
can disagree about it. Bounds are compared unrounded. A rule belongs to an edition of the method:
what was published under an edition is always computed by it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol

import numpy as np
from scipy import optimize, special

from . import mean_bounds, wilson_beta
from .effective_size import Clusters, effective_sizes
from .intervals import (
    LEVEL,
    capped_korn_graubard_interval,
    clopper_pearson_interval,
    mean_interval,
)
from .sums import Floats, Ints
from .values import Columns, Estimate, Interval, Intervals

TARGET = 0.90
RATING_SCALE = (1.0, 5.0)


class Edition(IntEnum):
    """Of the method. FIRST: Korn–Graubard, its size capped at Kish's. SECOND: Wilson on the one
    side and a Beta bound on the other, with declared clusters pooled over agencies."""

    FIRST = 1
    SECOND = 2


class Outcome(StrEnum):
    """The whole interval at or above the target, below it, or the target inside."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    INCONCLUSIVE = "INCONCLUSIVE"


OUTCOMES = np.array(list(Outcome), dtype=object)


class Bounds(Protocol):
    """Anything with a lower and an upper bound."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def decided(low: Floats | float, high: Floats | float, target: float) -> Ints:
    """MET where low ≥ target, NOT_MET where high < target, as positions in `OUTCOMES`. Nothing else
    compares the two."""
    met, not_met = np.greater_equal(low, target), np.less(high, target)
    return np.where(met, 0, np.where(not_met, 1, 2))


def decide(bounds: Bounds, target: float) -> Outcome:
    """The outcome of one pair of bounds."""
    found: Outcome = OUTCOMES[int(decided(bounds.low, bounds.high, target))]
    return found


@dataclass(frozen=True, slots=True)
class Rule:
    """How the shares and means of one wave are judged.

    edition   of the method that the wave declared
    level     confidence
    clusters  what all agencies' clusters say together (`Clusters.of`), where the wave declares
              clusters, else None; the first edition takes no notice of it
    """

    edition: Edition
    level: float = LEVEL
    clusters: Clusters | None = None

    def intervals(self, shares: Sequence[Estimate]) -> list[Interval]:
        """The official interval of each share, with the effective size behind it."""
        return self.of_shares(Columns.of(shares)).separate()

    def of_shares(self, shares: Columns) -> Intervals:
        """The same, side by side."""
        if self.edition is Edition.FIRST:
            each = [capped_korn_graubard_interval(share, self.level) for share in shares.separate()]
            return Intervals.of(each, self.level)
        size = effective_sizes(shares, self.clusters, self.level)
        low, high = wilson_beta.bounds(shares.value, size, self.level)
        return Intervals(low, high, self.level, "wilson and beta", size)

    def bounds(self, shares: Columns, level: Floats) -> tuple[Floats, Floats]:
        """The bounds of `intervals`, of each share at its own level."""
        if self.edition is Edition.FIRST:
            pairs = zip(shares.separate(), level.tolist(), strict=True)
            each = Intervals.of([capped_korn_graubard_interval(*pair) for pair in pairs], LEVEL)
            return each.low, each.high
        size = effective_sizes(shares, self.clusters, level)
        return wilson_beta.bounds(shares.value, size, level)

    def mean_intervals(
        self, means: Sequence[Estimate], scale: tuple[float, float] = RATING_SCALE
    ) -> list[Interval]:
        """The official interval of each mean on a bounded scale. It has a size where nobody
        differs, from which its bounds were taken."""
        return self.of_means(Columns.of(means), scale).separate()

    def of_means(self, means: Columns, scale: tuple[float, float] = RATING_SCALE) -> Intervals:
        """The same, side by side."""
        if self.edition is Edition.FIRST:
            each = [mean_interval(mean, scale, self.level) for mean in means.separate()]
            return Intervals.of(each, self.level)
        low, high, size = mean_bounds.bounds(means, scale, self.clusters, self.level)
        return Intervals(low, high, self.level, "mean, logit t", size)

    def p_values(self, shares: Sequence[Estimate], target: float = TARGET) -> tuple[Floats, Floats]:
        """One-sided p-values of "below the target" and of "at or above it" for each share: at
        most 0.025 exactly where the interval at 95 % says MET, and NOT_MET; 1 without data."""
        columns = Columns.of(shares)
        if self.edition is Edition.FIRST:
            size = np.array([i.size or 0.0 for i in self.intervals(shares)])
            return _beta_p_values(columns.value, size, target)
        size = effective_sizes(columns, self.clusters, self.level)
        return wilson_beta.p_values(columns.value, size, target)

    def interval_at(self, share: float, size: float) -> Interval:
        """The official interval of a share at an effective size, which may be fractional."""
        if self.edition is Edition.FIRST:
            return clopper_pearson_interval(share * size, size, self.level)
        shares, sizes = np.array([share]), np.array([size], dtype=np.float64)
        low, high = wilson_beta.bounds(shares, sizes, self.level)
        return Intervals(low, high, self.level, "wilson and beta", sizes).separate()[0]

    def size_that_decides(self, share: float, target: float) -> float:
        """The smallest effective size at which the bound that faces the target passes it; inf
        where none does, as where the share is the target."""
        if self.edition > Edition.FIRST:
            return wilson_beta.size_that_decides(share, target, self.level)

        def short_of(log_size: float) -> float:
            bounds = self.interval_at(share, math.exp(log_size))
            return target - bounds.low if share > target else bounds.high - target

        largest = math.log(1e12)
        if short_of(largest) > 0:
            return math.inf
        return math.exp(optimize.brentq(short_of, math.log(1e-6), largest, xtol=1e-12))


def _beta_p_values(share: Floats, size: Floats, target: float) -> tuple[Floats, Floats]:
    """Of Korn–Graubard's bounds: B_{n*p, n*(1−p)+1}(T) and 1 − B_{n*p+1, n*(1−p)}(T)."""
    satisfied, others = np.nan_to_num(share) * size, np.nan_to_num(1 - share) * size
    met = special.betainc(np.maximum(satisfied, 1e-300), others + 1, target)
    not_met = special.betaincc(satisfied + 1, np.maximum(others, 1e-300), target)
    return np.where(satisfied > 0, met, 1.0), np.where(others > 0, not_met, 1.0)


EDITION_1 = Rule(Edition.FIRST)


def official_interval_edition_1(share: Estimate, level: float = LEVEL) -> Interval:
    """Edition 1 of the official interval of a share: capped Korn–Graubard."""
    return Rule(Edition.FIRST, level).intervals([share])[0]


def official_interval(
    share: Estimate, level: float = LEVEL, *, clusters: Clusters | None = None
) -> Interval:
    """The official interval of a share by the method in force, edition 2."""
    return Rule(Edition.SECOND, level, clusters).intervals([share])[0]
