"""How far an outcome stands up to those who did not answer, from counts alone.

A cell h of the frame has N_h encounters; m_h of them were drawn and r_h answered, so ρ_h = r_h/m_h
(for open answers r_h of all N_h). Those who did not answer have odds of satisfaction between 1/Γ
and Γ times the odds of those who did, a sensitivity model in the manner of Rosenbaum [2002];
Γ = ∞ gives the bounds of Manski [2003].
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from .official import OUTCOMES, Outcome, decided
from .sums import Floats, Ints, Objects, sums_by
from .values import Interval, Intervals

Bounded = TypeVar("Bounded", Interval, Intervals)

GAMMA = 2.0
"""The odds ratio that a wave declares unless it says otherwise."""


class Strength(StrEnum):
    """ROBUST: the outcome stands with the odds of those who did not answer anywhere within Γ.
    AMONG_RESPONDENTS: it is shown for those who answered."""

    ROBUST = "ROBUST"
    AMONG_RESPONDENTS = "AMONG_RESPONDENTS"


@dataclass(frozen=True, slots=True)
class Response:
    """How readily a domain answered.

    rate         ρ = Σ W_h ρ_h with W_h = N_h/N: cells nobody was asked in answer with rate 0
    r_indicator  R = 1 − 2 √(Σ W_h (ρ_h − ρ)²): 1 where all cells answer alike
                 [Schouten, Cobben and Bethlehem 2009]
    """

    rate: float
    r_indicator: float

    @classmethod
    def of(cls, encounters: ArrayLike, answered: ArrayLike, asked: ArrayLike) -> Response:
        """From N_h, r_h and m_h of each cell of the domain. For open answers `asked` is N_h."""
        N, r, m = (np.asarray(v, dtype=np.float64) for v in (encounters, answered, asked))
        if np.any(r > m):
            raise ValueError("more answered than were asked")
        if not N.sum() > 0:
            return cls(0.0, 1.0)
        W, rates = N / N.sum(), np.divide(r, m, out=np.zeros_like(r), where=m > 0)
        rate = float(W @ rates)
        return cls(rate, 1 - 2 * float(np.sqrt(W @ (rates - rate) ** 2)))

    @classmethod
    def of_domains(
        cls, label: Ints, domains: int, encounters: ArrayLike, answered: ArrayLike, asked: ArrayLike
    ) -> tuple[Floats, Floats]:
        """The rates and R-indicators of many disjoint domains: `label` numbers that of each cell,
        -1 for none."""
        inside = label >= 0
        part = label[inside]
        N, r, m = (np.asarray(v, dtype=np.float64)[inside] for v in (encounters, answered, asked))
        rates = np.divide(r, m, out=np.zeros_like(r), where=m > 0)
        total = sums_by(part, N, domains)
        W = np.divide(N, total[part], out=np.zeros_like(N), where=total[part] > 0)
        rate = sums_by(part, W * rates, domains)
        spread = np.sqrt(sums_by(part, W * (rates - rate[part]) ** 2, domains))
        return np.minimum(rate, 1.0), 1 - 2 * spread

    def largest_bias(self, share: float) -> float | None:
        """(1 − R)/(2ρ) · √(p̂(1−p̂)): how far the share of those who answered can lie from that of
        all, if whether one answers depends on nothing but the cells. None where nobody answered."""
        if not self.rate:
            return None
        return (1 - self.r_indicator) / (2 * self.rate) * math.sqrt(share * (1 - share))


def band(interval: Bounded, rate: Floats | float, gamma: float = GAMMA) -> Bounded:
    """[low_Γ, high_Γ] with low_Γ = ρ·low + (1−ρ)·expit(logit low − ln Γ), likewise high with +; of
    one interval, or of many side by side."""
    if not gamma >= 1:
        raise ValueError(f"Γ is an odds ratio of 1 or more, not {gamma}")
    if not np.all((np.asarray(rate) >= 0) & (np.asarray(rate) <= 1)):
        raise ValueError(f"a response rate lies between 0 and 1, not at {rate}")
    low = rate * interval.low + (1 - rate) * _at_odds(interval.low, 1 / gamma)
    high = rate * interval.high + (1 - rate) * _at_odds(interval.high, gamma)
    return replace(interval, low=low, high=high, method="nonresponse band")


def _at_odds(share: Floats | float, ratio: float) -> Any:
    """The share whose odds are so many times those of `share`."""
    if ratio in (0.0, math.inf):
        return np.full_like(share, float(ratio > 1), dtype=np.float64)[()]
    return special.expit(special.logit(share) + math.log(ratio))


def strength(outcome: Outcome, bounds: Interval, target: float) -> Strength | None:
    """Whether an outcome is that of the nonresponse band too; None where nothing was decided."""
    outcomes, bands = np.array([outcome], dtype=object), Intervals.of([bounds], bounds.level)
    found: Strength | None = strengths(outcomes, bands, target)[0]
    return found


def strengths(outcomes: Objects, bands: Intervals, target: float) -> Objects:
    """The same for many side by side."""
    same = OUTCOMES[decided(bands.low, bands.high, target)] == outcomes
    found = _STRENGTHS[np.where(same, 0, 1)]
    found[outcomes == Outcome.INCONCLUSIVE] = None
    return found


_STRENGTHS = np.array([Strength.ROBUST, Strength.AMONG_RESPONDENTS], dtype=object)


def target_of_respondents(outcome: Outcome, target: float, rate: float, gamma: float) -> float:
    """What the interval of those who answered must reach, or stay under, for the outcome to be
    robust: T* with ρ T* + (1−ρ) expit(logit T* ∓ ln Γ) = T, − for MET and + for NOT_MET."""
    ratio = 1 / gamma if outcome is Outcome.MET else gamma

    def beyond(bound: float) -> float:
        return rate * bound + (1 - rate) * _at_odds(bound, ratio) - target

    return float(optimize.brentq(beyond, 0.0, 1.0, xtol=1e-12))


def tipping_point(bound: float, rate: float, target: float) -> float | None:
    """(T − ρ·low)/(1−ρ): the share satisfied of those who did not answer from which on the outcome
    stands. 0 or less: whatever they think. None where everybody answered.

    `bound` is the lower bound for MET, the upper one for NOT_MET ("as long as at most …").
    """
    return None if rate >= 1 else (target - rate * bound) / (1 - rate)


def widened(interval: Bounded, uncovered: Any) -> Bounded:
    """[(1−u)·low, (1−u)·high + u]: where of the uncovered share u nobody or everybody is
    satisfied; of one interval, or of many side by side."""
    if not np.all((np.asarray(uncovered) >= 0) & (np.asarray(uncovered) <= 1)):
        raise ValueError(f"the uncovered share lies between 0 and 1, not at {uncovered}")
    low, high = (1 - uncovered) * interval.low, (1 - uncovered) * interval.high + uncovered
    return replace(interval, low=low, high=high, method="widened by the uncovered share")


def weighted_response_rate(
    answered: ArrayLike, drawn: ArrayLike, base_weight: ArrayLike
) -> float | None:
    """Σ d_h r_h / Σ d_h m_h with d = 1/π: the share of the population that answers when asked
    [AAPOR 2023: with unequal chances]. None where nobody was drawn."""
    r, m, d = (np.asarray(v, dtype=np.float64) for v in (answered, drawn, base_weight))
    asked = float(np.sum(d * m))
    return float(np.sum(d * r)) / asked if asked > 0 else None
