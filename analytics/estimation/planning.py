"""How many responses a wave needs: for a precision, or for a verdict; and where to put them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from .official import EDITION_1, TARGET, Outcome, Rule, decide
from .strength import GAMMA, target_of_respondents
from .sums import Floats, Ints
from .values import Estimate, Interval

MOST_FURTHER = 200_000
"""Effective responses beyond those there are: no wave brings more for one figure."""


class NoAttainableSample(ValueError):
    """Not even a thousand million responses."""


def responses_for_width(
    share: float, width: float, *, deff: float = 1.0, rule: Rule = EDITION_1
) -> int:
    """Responses for an official interval no wider than `width` at an expected share."""

    def too_wide(size: int) -> bool:
        return rule.interval_at(share, size).width > width

    return math.ceil(_smallest(too_wide) * deff)


def _smallest(fails: Callable[[int], bool]) -> int:
    high = 1
    while fails(high):
        high *= 2
        if high > 10**9:
            raise NoAttainableSample("no attainable sample would do")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fails(middle) else (low, middle)
    return high


def power_of_verdict(n: int, share: float, target: float = TARGET, rule: Rule = EDITION_1) -> float:
    """The chance that n independent answers decide the right way: MET where the true share is
    above the target, NOT_MET where it is below."""
    met, not_met = decisive_counts(n, target, rule)
    if share >= target:
        return float(stats.binom.sf(met - 1, n, share))
    return float(stats.binom.cdf(not_met, n, share))


def decisive_counts(n: float, target: float = TARGET, rule: Rule = EDITION_1) -> tuple[int, int]:
    """The fewest satisfied of n that make MET, and the most that make NOT_MET; n + 1 and −1
    where none does."""
    top = math.floor(n)

    def outcome(satisfied: int) -> Outcome:
        return decide(rule.interval_at(satisfied / n, n), target)

    met = _first(top, lambda x: outcome(x) is Outcome.MET)
    return met, _first(top, lambda x: outcome(x) is not Outcome.NOT_MET) - 1


def _first(top: int, holds: Callable[[int], bool]) -> int:
    """The smallest of 0 … top from which on it holds; top + 1 where it never does."""
    low, high = -1, top + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def responses_for_verdict(
    share: float,
    target: float = TARGET,
    *,
    power: float = 0.80,
    deff: float = 1.0,
    rule: Rule = EDITION_1,
) -> int | None:
    """Responses after which the verdict leaves INCONCLUSIVE with probability `power`, if the true
    share is `share`; None where it equals the target.

    Counts come in whole answers, so power saws up and down with n: from the number given on it
    stays above the aim for the next 5 %.
    """
    if share == target:
        return None

    def fails(n: int) -> bool:
        nearby = range(n, n + max(n // 20, 12), max(n // 400, 1))
        return any(power_of_verdict(k, share, target, rule) < power for k in nearby)

    return math.ceil(_smallest(fails) * deff)


def responses_for_robust_verdict(
    share: float,
    target: float = TARGET,
    *,
    response_rate: float,
    gamma: float = GAMMA,
    power: float = 0.80,
    deff: float = 1.0,
    rule: Rule = EDITION_1,
) -> int | None:
    """Responses after which the verdict is robust with probability `power`, if `share` of those
    who answer are satisfied and `response_rate` of those asked answer; None where no number of
    responses makes it so: too few of those asked answer, or the share is too near to the target.

    Robust is to pass, with the interval, the target that nonresponse leaves to those who answered.
    """
    outcome = Outcome.MET if share >= target else Outcome.NOT_MET
    reached = target_of_respondents(outcome, target, response_rate, gamma)
    if (outcome is Outcome.MET) != (share > reached):
        return None
    try:
        return responses_for_verdict(share, reached, power=power, deff=deff, rule=rule)
    except NoAttainableSample:
        return None


def with_finite_population(n: float, population: float) -> int:
    """n / (1 + (n − 1)/N): what a sample of n from an endless population comes to among N."""
    return min(math.ceil(n / (1 + (n - 1) / population)), math.ceil(population))


def invitations(responses: float, response_rate: float) -> int:
    """Invitations to issue for so many responses at an expected response rate."""
    if not 0 < response_rate <= 1:
        raise ValueError("the response rate lies above 0 and at most at 1")
    return math.ceil(responses / response_rate)


def chance_of_decision(
    estimate: Estimate,
    interval: Interval,
    further: int,
    target: float = TARGET,
    rule: Rule = EDITION_1,
) -> float:
    """The chance that `further` responses decide the verdict, seen from today.

    Today's share is uncertain: further answers are drawn from the beta-binomial of
    Beta(n*p + ½, n*(1−p) + ½), both samples counted at their effective size.
    """
    if estimate.value is None or not interval.size or estimate.n == 0:
        return 0.0
    size, share = interval.size, estimate.value
    more = max(round(further * size / estimate.n), 0)
    met, not_met = decisive_counts_real(size + more, target, rule)
    now = size * share
    # Of the answers to come only the few counts between the two are looked at.
    first, last = max(not_met - now, -1), min(met - now, more + 1)
    undecided = np.arange(math.floor(first) + 1, math.ceil(last))
    p = stats.betabinom.pmf(undecided, more, now + 0.5, size - now + 0.5)
    return float(np.clip(1 - p.sum(), 0, 1))


def further_for_chance(
    estimate: Estimate,
    interval: Interval,
    target: float = TARGET,
    *,
    chance: float = 0.80,
    rule: Rule = EDITION_1,
) -> int | None:
    """The fewest further responses that decide the verdict with this chance, seen from today; None
    where not even MOST_FURTHER do, or nothing is known."""
    if estimate.value is None or not interval.size or estimate.n == 0:
        return None
    most = math.floor(MOST_FURTHER * estimate.n / interval.size)

    def short(further: int) -> bool:
        return chance_of_decision(estimate, interval, further, target, rule) < chance

    if short(most):
        return None
    low, high = 0, 1
    while short(high):
        low, high = high, min(2 * high, most)
    while high - low > max(1, high // 200):
        middle = (low + high) // 2
        low, high = (middle, high) if short(middle) else (low, middle)
    return high


def further_for_chance_of_mean(
    interval: Interval, n: int, target: float, scale: tuple[float, float], *, chance: float = 0.80
) -> int | None:
    """The fewest further responses that decide the verdict on a mean with this chance, seen from
    today; None where its interval reaches an end of the scale, or not even MOST_FURTHER do.

    On the logit of the scale, as the interval is made: with n responses and m more its half-width
    h becomes h √(n/(n+m)), and its middle moves by a normal of variance σ² m/(n+m), σ = h/z.
    """
    bottom, top = scale
    low, high, goal = (
        special.logit((x - bottom) / (top - bottom)) for x in (interval.low, interval.high, target)
    )
    middle, half = (low + high) / 2, (high - low) / 2
    if not n or not half > 0 or not math.isfinite(half) or not math.isfinite(goal):
        return None
    sigma = half / stats.norm.isf((1 - interval.level) / 2)

    def short(further: int) -> bool:
        share = n / (n + further)
        width, spread = half * math.sqrt(share), sigma * math.sqrt(1 - share)
        bounds = np.array([middle - goal - width, goal - middle - width])
        return bool(stats.norm.cdf(bounds / spread).sum() < chance)

    return None if short(MOST_FURTHER) else _smallest(short)


def decisive_counts_real(
    n: float, target: float = TARGET, rule: Rule = EDITION_1
) -> tuple[float, float]:
    """As `decisive_counts` where satisfied answers are counted in fractions."""

    def at(satisfied: float) -> Interval:
        return rule.interval_at(satisfied / n, n)

    def first(ahead: Callable[[float], float], outcome: Callable[[float], bool]) -> float:
        """Where `ahead` turns positive, on the side where the verdict is given."""
        found, step = optimize.brentq(ahead, 0.0, n, xtol=1e-12, rtol=1e-15), math.ulp(n)
        while not outcome(found):
            found, step = found + step, 2 * step
        return float(found)

    met, not_met = math.inf, -math.inf
    if decide(at(n), target) is Outcome.MET:
        met = first(lambda x: at(x).low - target, lambda x: decide(at(x), target) is Outcome.MET)
    if decide(at(0.0), target) is Outcome.NOT_MET:
        not_met = n - first(
            lambda u: target - at(n - u).high,
            lambda u: decide(at(n - u), target) is Outcome.NOT_MET,
        )
    return met, not_met


# --- Allocation -------------------------------------------------------------------------------


def allocate(n: int, size: ArrayLike, minimum: int = 2) -> Ints:
    """n responses in proportion to `size`, in whole numbers that sum to n (largest remainders),
    at least `minimum` in every cell with any size."""
    measure = np.asarray(size, dtype=np.float64)
    floor = np.where(measure > 0, minimum, 0)
    if floor.sum() > n:
        raise ValueError(f"{n} responses are too few for {minimum} in each of {len(measure)} cells")
    fixed = np.zeros(len(measure), dtype=bool)
    while True:
        free = ~fixed & (measure > 0)
        left = n - floor[fixed].sum()
        ideal = np.where(fixed, floor, 0.0)
        if free.any():
            ideal = np.where(free, left * measure / measure[free].sum(), ideal)
        short = free & (ideal < floor)
        if not short.any():
            break
        fixed |= short
    whole = np.floor(ideal + 1e-9).astype(np.int64)
    order = np.argsort(-(ideal - whole), kind="stable")
    whole[order[: n - whole.sum()]] += 1
    return whole


def proportional_allocation(n: int, N: ArrayLike, minimum: int = 2) -> Ints:
    """n_h ∝ N_h: every encounter has the same chance."""
    return allocate(n, N, minimum)


def neyman_allocation(n: int, N: ArrayLike, spread: ArrayLike, minimum: int = 2) -> Ints:
    """n_h ∝ N_h S_h: the smallest variance of the national figure [Neyman 1934]."""
    return allocate(n, np.asarray(N, dtype=np.float64) * np.asarray(spread), minimum)


def power_allocation(n: int, N: ArrayLike, power: float = 0.5, minimum: int = 2) -> Ints:
    """n_h ∝ N_h^q with 0 ≤ q ≤ 1: between equal precision for each cell (0) and for the nation
    (1) [Bankier 1988]."""
    size: Floats = np.asarray(N, dtype=np.float64)
    return allocate(n, np.where(size > 0, size**power, 0.0), minimum)


# --- What agencies know -----------------------------------------------------------------------


def yamane(population: float, error: float = 0.05) -> int:
    """N/(1 + N e²) [Yamane 1967]. Assumes one simple random sample, one share, p = 0.5 and
    z = 2: it says nothing about verdicts, cells or design effects."""
    return math.ceil(population / (1 + population * error**2))


def krejcie_morgan(population: float, error: float = 0.05, share: float = 0.5) -> int:
    """χ² N p(1−p) / (e²(N−1) + χ² p(1−p)) [Krejcie and Morgan 1970], χ² = 3.841. The same
    assumptions as Yamane's, with z = 1.96."""
    spread = 3.841 * share * (1 - share)
    return round(spread * population / (error**2 * (population - 1) + spread))
