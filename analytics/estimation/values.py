"""What the estimators return: plain frozen values, never NaN; or many side by side, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from .sums import Floats, Ints, Mask


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval: `low` and `high` at confidence `level`, and the method that made it.

    `size` is the effective sample size behind the bounds where the method has one
    (Korn–Graubard and its kin); it tells how the interval would shrink with more responses.
    """

    low: float
    high: float
    level: float
    method: str
    size: float | None = None

    @property
    def width(self) -> float:
        return self.high - self.low

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, eq=False)
class Intervals:
    """Intervals side by side, an entry each; `size` is NaN where the method has none."""

    low: Floats
    high: Floats
    level: float
    method: str | Sequence[str]
    size: Floats

    @classmethod
    def of(cls, intervals: Sequence[Interval], level: float) -> Intervals:
        table = [(each.low, each.high, each.size) for each in intervals]
        low, high, size = np.array(table, dtype=np.float64).reshape(-1, 3).T
        return cls(low, high, level, [each.method for each in intervals], size)

    @property
    def width(self) -> Floats:
        return self.high - self.low

    def separate(self) -> list[Interval]:
        methods = [self.method] * len(self.low) if isinstance(self.method, str) else self.method
        rows = zip(self.low.tolist(), self.high.tolist(), plain(self.size), methods, strict=True)
        return [Interval(low, high, self.level, name, size) for low, high, size, name in rows]

    def where(self, rows: Mask | slice) -> Intervals:
        named = isinstance(self.method, str)
        method = self.method if named else np.array(self.method)[rows].tolist()
        return Intervals(self.low[rows], self.high[rows], self.level, method, self.size[rows])


def plain(column: Floats) -> list[float | None]:
    """The numbers of a column, None for NaN."""
    return [None if number != number else number for number in column.tolist()]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A weighted mean (a proportion is the mean of zeros and ones) with its precision.

    value     Σ w y / Σ w over the domain
    variance  Taylor linearisation; 0 where the sample shows no spread at all
    se        its square root
    n         responses in the domain
    n_kish    Kish's effective size (Σw)² / Σw², what the unequal weights leave of n
    n_eff     s² / variance with s² the weighted spread of y: p(1−p)/V for a proportion;
              None where the variance is 0
    df        PSUs − strata among those that hold responses of the domain
    weight    Σ w, the population that the estimate speaks for
    psus      PSUs that hold responses of the domain; None where each response is one

    A domain without data has n = 0 and None in value, variance, se and n_eff.
    """

    value: float | None
    variance: float | None
    se: float | None
    n: int
    n_kish: float
    n_eff: float | None
    df: int
    weight: float
    psus: int | None = None

    @classmethod
    def without_data(cls) -> Estimate:
        return cls(
            value=None, variance=None, se=None, n=0, n_kish=0.0, n_eff=None, df=0, weight=0.0
        )

    @property
    def has_data(self) -> bool:
        return self.value is not None

    @property
    def responses_per_psu(self) -> float:
        """n/PSUs; 1 where each response is a PSU of its own."""
        return self.n / self.psus if self.psus else 1.0

    @property
    def deff(self) -> float | None:
        """Design effect n / n_eff: the variance against that of as many independent answers."""
        return None if self.n_eff is None else self.n / self.n_eff


@dataclass(frozen=True, eq=False)
class Columns:
    """Estimates side by side, an entry each; NaN stands for what is None in an `Estimate`."""

    value: Floats
    variance: Floats
    se: Floats
    n: Floats
    n_kish: Floats
    n_eff: Floats
    df: Floats
    weight: Floats
    psus: Floats

    @classmethod
    def of(cls, estimates: Sequence[Estimate]) -> Columns:
        names = [each.name for each in fields(cls)]
        table = [[getattr(estimate, name) for name in names] for estimate in estimates]
        return cls(*np.array(table, dtype=np.float64).reshape(-1, len(names)).T)

    @property
    def has_data(self) -> Mask:
        return ~np.isnan(self.value)

    @property
    def per_psu(self) -> Floats:
        """n/PSUs; 1 where each response is a PSU of its own."""
        own = np.isnan(self.psus) | (self.psus == 0)
        return np.where(own, 1.0, self.n / np.where(own, 1.0, self.psus))

    @property
    def design_effect(self) -> Floats:
        """V̂/V̂₀ against unclustered answers with the same weights; 0 where V̂ is 0."""
        return np.nan_to_num(self.n_kish / self.n_eff)

    def separate(self) -> list[Estimate]:
        whole = {"n", "df", "psus"}
        columns = [
            [None if each is None else int(each) for each in plain(getattr(self, field.name))]
            if field.name in whole
            else plain(getattr(self, field.name))
            for field in fields(self)
        ]
        return [Estimate(*row) for row in zip(*columns, strict=True)]

    def where(self, rows: Mask | Ints) -> Columns:
        return Columns(*(getattr(self, each.name)[rows] for each in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        return cls(
            *(np.concatenate([getattr(p, each.name) for p in parts]) for each in fields(cls))
        )
