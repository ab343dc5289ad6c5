"""What the estimators return: plain frozen values, never NaN."""

from __future__ import annotations

from dataclasses import dataclass


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
