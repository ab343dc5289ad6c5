"""The official rule: the interval of a share, the outcome against a target, and their p-values.

Whoever plans, judges, watches or lists agencies takes the rule from here, so that no two places
can disagree about it. Bounds are compared unrounded.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Protocol

from scipy import optimize, special

from .intervals import LEVEL, capped_korn_graubard_interval, clopper_pearson_interval
from .values import Estimate, Interval

TARGET = 0.90


class Outcome(StrEnum):
    """The whole interval at or above the target, below it, or the target inside."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    INCONCLUSIVE = "INCONCLUSIVE"


class Bounds(Protocol):
    """Anything with a lower and an upper bound."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def decide(bounds: Bounds, target: float) -> Outcome:
    """MET where low ≥ target, NOT_MET where high < target. Nothing else compares the two."""
    if bounds.low >= target:
        return Outcome.MET
    return Outcome.NOT_MET if bounds.high < target else Outcome.INCONCLUSIVE


def official_interval(estimate: Estimate, level: float = LEVEL) -> Interval:
    """The interval of a weighted share: Korn–Graubard, its size capped at Kish's."""
    return capped_korn_graubard_interval(estimate, level)


def interval_at(share: float, size: float, level: float = LEVEL) -> Interval:
    """The official interval of a share at an effective size, which may be fractional."""
    return clopper_pearson_interval(share * size, size, level)


def size_that_decides(share: float, target: float, level: float = LEVEL) -> float:
    """The smallest effective size at which the bound that faces the target passes it; inf where
    none does, as where the share is the target."""

    def short_of(log_size: float) -> float:
        bounds = interval_at(share, math.exp(log_size), level)
        return target - bounds.low if share > target else bounds.high - target

    largest = math.log(1e12)
    if short_of(largest) > 0:
        return math.inf
    return math.exp(optimize.brentq(short_of, math.log(1e-6), largest, xtol=1e-12))


def p_value_met(estimate: Estimate, target: float = TARGET) -> float:
    """One-sided p-value of "below the target", from the distribution of the official interval:
    B_{n*p, n*(1−p)+1}(T), at most 0.025 exactly where the verdict at 95 % is MET."""
    size, share = effective_size(estimate), estimate.value
    if share is None or size * share <= 0:
        return 1.0
    return float(special.betainc(size * share, size * (1 - share) + 1, target))


def p_value_not_met(estimate: Estimate, target: float = TARGET) -> float:
    """One-sided p-value of "at or above the target": 1 − B_{n*p+1, n*(1−p)}(T)."""
    size, share = effective_size(estimate), estimate.value
    if share is None or size * (1 - share) <= 0:
        return 1.0
    return float(special.betaincc(size * share + 1, size * (1 - share), target))


def effective_size(estimate: Estimate) -> float:
    """The size n* behind the official interval at 95 %; 0 without data."""
    return official_interval(estimate, LEVEL).size or 0.0
