"""The verdict on a target: met, not met, or not decided by this sample.

An interval decides (`official.decide`), never the point estimate. The words for citizens live with
the pages, translated; here are codes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
from scipy import special

from .official import EDITION_1, OUTCOMES, TARGET, Edition, Outcome, Rule, decided
from .sums import Floats, Mask, Objects
from .values import Columns, Estimate, Interval, Intervals

Name = TypeVar("Name", bound=StrEnum)

MINIMUM_COVERAGE = 0.80
MINIMUM_RESPONSE_RATE = 0.20
MINIMUM_REACH = 0.80
"""Under these a figure is flagged; from the second edition on nothing is MET under the first."""


class Reason(StrEnum):
    """Why the outcome is what it is."""

    INTERVAL_AT_OR_ABOVE_TARGET = "INTERVAL_AT_OR_ABOVE_TARGET"
    INTERVAL_BELOW_TARGET = "INTERVAL_BELOW_TARGET"
    TARGET_WITHIN_INTERVAL = "TARGET_WITHIN_INTERVAL"
    NOT_COVERED = "NOT_COVERED"
    WAVE_OPEN = "WAVE_OPEN"
    NO_DATA = "NO_DATA"


REASONS = {
    Outcome.MET: Reason.INTERVAL_AT_OR_ABOVE_TARGET,
    Outcome.NOT_MET: Reason.INTERVAL_BELOW_TARGET,
    Outcome.INCONCLUSIVE: Reason.TARGET_WITHIN_INTERVAL,
}


_REASONS = np.array([REASONS[outcome] for outcome in Outcome], dtype=object)


class Flag(StrEnum):
    """What a reader must know beside the outcome. A flag never makes the outcome better."""

    UNRELIABLE = "UNRELIABLE"
    LOW_COVERAGE = "LOW_COVERAGE"
    LOW_RESPONSE = "LOW_RESPONSE"
    LOW_REACH = "LOW_REACH"
    OUTSIDE_FRAME = "OUTSIDE_FRAME"
    FLAGGED = "FLAGGED"
    REPELLED = "REPELLED"
    LIST_DOUBTED = "LIST_DOUBTED"
    ERASED = "ERASED"
    APART = "APART"
    FRAME_CHANGED = "FRAME_CHANGED"
    TAPPED_AGAIN = "TAPPED_AGAIN"


class Unreliability(StrEnum):
    """The presentation standards of the NCHS that an estimate fails [Parker et al. 2017]."""

    FEW_RESPONSES = "FEW_RESPONSES"
    SMALL_EFFECTIVE_SIZE = "SMALL_EFFECTIVE_SIZE"
    WIDE_INTERVAL = "WIDE_INTERVAL"
    WIDE_RELATIVE_TO_SHARE = "WIDE_RELATIVE_TO_SHARE"
    FEW_DEGREES_OF_FREEDOM = "FEW_DEGREES_OF_FREEDOM"
    FEW_PSUS = "FEW_PSUS"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome against `target`, with its reason and its flags.

    further_responses  how many more responses, at the present estimate and design, would let the
                       interval decide; 0 where it has decided, None where no number would
                       (the estimate is on the target, or there are no data)
    unreliable_because which presentation standards fail, where UNRELIABLE is among the flags
    """

    outcome: Outcome
    reason: Reason
    target: float
    flags: frozenset[Flag]
    unreliable_because: tuple[Unreliability, ...]
    further_responses: int | None


def judge(
    interval: Interval,
    estimate: Estimate,
    target: float = TARGET,
    *,
    coverage: float = 1.0,
    response_rate: float | None = None,
    reach: float | None = None,
    outside_frame: bool = False,
    still_open: bool = False,
    scale: tuple[float, float] = (0.0, 1.0),
    rule: Rule = EDITION_1,
) -> Verdict:
    """MET if the interval lies at or above the target, NOT_MET if below, else INCONCLUSIVE.

    coverage       share of the frame that the estimate speaks for
    response_rate  where known; LOW_RESPONSE under MINIMUM_RESPONSE_RATE
    reach          share of the encounters with a contact that could be used, where drawn;
                   LOW_REACH under MINIMUM_REACH
    outside_frame  whether answers lie outside the frame, in no figure
    still_open     the wave still takes answers: nothing is decided yet
    rule           the one that made the interval; from the second edition on nothing is MET where
                   coverage is under MINIMUM_COVERAGE
    scale          ends of the scale of estimate, interval and target: (1, 5) for a mean rating
    """
    found = verdicts(
        Intervals.of([interval], interval.level),
        Columns.of([estimate]),
        target,
        coverage=np.array([coverage]),
        response_rate=np.array([response_rate], dtype=np.float64),
        reach=np.array([reach], dtype=np.float64),
        outside_frame=np.array([outside_frame]),
        still_open=still_open,
        scale=scale,
        rule=rule,
    )
    (outcome,), (reason,), (further,) = found.outcome, found.reason, found.further_responses
    (flags,), (failed,) = raised(found.flags), raised(found.unreliable_because)
    return Verdict(outcome, reason, target, frozenset(flags), tuple(failed), further)


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Verdicts side by side: an entry for each, and of each flag and standard whether it is raised
    for each."""

    outcome: Objects
    reason: Objects
    flags: dict[Flag, Mask]
    unreliable_because: dict[Unreliability, Mask]
    further_responses: list[int | None]


def verdicts(
    intervals: Intervals,
    estimates: Columns,
    target: float,
    *,
    coverage: Floats,
    response_rate: Floats,
    reach: Floats,
    outside_frame: Mask,
    still_open: bool,
    scale: tuple[float, float],
    rule: Rule,
) -> Verdicts:
    """`judge` for many side by side; NaN where a rate or reach is not known."""
    if not scale[0] < target <= scale[1]:
        raise ValueError(f"the target {target} is not on the scale {scale}")
    known = estimates.has_data
    code = decided(intervals.low, intervals.high, target)
    outcome, reason = OUTCOMES[code], _REASONS[code]
    outcome[~known], reason[~known] = Outcome.INCONCLUSIVE, Reason.NO_DATA
    if rule.edition > Edition.FIRST:
        not_covered = (outcome == Outcome.MET) & (coverage < MINIMUM_COVERAGE)
        outcome[not_covered], reason[not_covered] = Outcome.INCONCLUSIVE, Reason.NOT_COVERED
    if still_open:
        outcome[known], reason[known] = Outcome.INCONCLUSIVE, Reason.WAVE_OPEN
    unreliable = unreliabilities(intervals, estimates, scale, rule)
    flags = {
        Flag.UNRELIABLE: np.any(list(unreliable.values()), axis=0),
        Flag.LOW_COVERAGE: coverage < MINIMUM_COVERAGE,
        Flag.LOW_RESPONSE: response_rate < MINIMUM_RESPONSE_RATE,
        Flag.OUTSIDE_FRAME: outside_frame,
        Flag.LOW_REACH: reach < MINIMUM_REACH,
    }
    further = np.zeros(len(outcome), dtype=object)
    further[outcome == Outcome.INCONCLUSIVE] = None
    within = reason == Reason.TARGET_WITHIN_INTERVAL
    pairs = zip(intervals.where(within).separate(), estimates.where(within).separate(), strict=True)
    further[within] = [further_responses(*pair, target, scale, rule) for pair in pairs]
    return Verdicts(outcome, reason, flags, unreliable, further.tolist())


def raised(flags: Mapping[Name, Mask]) -> list[list[Name]]:
    """Of each entry the flags that are raised, in their order."""
    names = list(flags)
    pattern = np.sum([mask.astype(np.int64) << k for k, mask in enumerate(flags.values())], axis=0)
    patterns, entry = np.unique(pattern, return_inverse=True)
    sets = [[name for k, name in enumerate(names) if each >> k & 1] for each in patterns.tolist()]
    return [sets[k] for k in entry.tolist()]


def unreliability(
    interval: Interval,
    estimate: Estimate,
    scale: tuple[float, float] = (0.0, 1.0),
    rule: Rule = EDITION_1,
) -> tuple[Unreliability, ...]:
    """The NCHS standards that an estimate fails [Parker et al. 2017, NCHS Series 2 No. 175].

    n or the effective size under 30; interval at least 0.30 wide, or over 0.05 wide and more than
    130 % of the share; fewer than 8 degrees of freedom. Means are judged as shares of their scale.
    From the second edition on 130 % of one minus the share counts too, as most are near 1, and
    with declared clusters fewer than 30 PSUs, whose correlation no pool makes sure.
    """
    intervals, estimates = Intervals.of([interval], interval.level), Columns.of([estimate])
    return tuple(raised(unreliabilities(intervals, estimates, scale, rule))[0])


def unreliabilities(
    intervals: Intervals, estimates: Columns, scale: tuple[float, float], rule: Rule
) -> dict[Unreliability, Mask]:
    """The same for many side by side: of each standard who fails it."""
    bottom, top = scale
    width = intervals.width / (top - bottom)
    share = np.where(estimates.has_data, (estimates.value - bottom) / (top - bottom), 0.0)
    n_eff = np.where(np.isnan(estimates.n_eff), estimates.n_kish, estimates.n_eff)
    second = rule.edition > Edition.FIRST
    against = np.minimum(share, 1 - share) if second else share
    psus = np.where(np.isnan(estimates.psus), estimates.n, estimates.psus)
    return {
        Unreliability.FEW_RESPONSES: estimates.n < 30,
        Unreliability.SMALL_EFFECTIVE_SIZE: n_eff < 30,
        Unreliability.WIDE_INTERVAL: width >= 0.30,
        Unreliability.WIDE_RELATIVE_TO_SHARE: (width > 0.05)
        & (width < 0.30)
        & (width > 1.3 * against),
        Unreliability.FEW_DEGREES_OF_FREEDOM: estimates.df < 8,
        Unreliability.FEW_PSUS: (psus < 30) & (second and rule.clusters is not None),
    }


def further_responses(
    interval: Interval,
    estimate: Estimate,
    target: float = TARGET,
    scale: tuple[float, float] = (0.0, 1.0),
    rule: Rule = EDITION_1,
) -> int | None:
    """How many more responses would decide if the estimate and the design effect stay as they are.

    The effective size grows in step with the responses. None where no number would do.
    """
    bottom, top = scale
    if estimate.value is None or estimate.value == target:
        return None
    share, goal = (estimate.value - bottom) / (top - bottom), (target - bottom) / (top - bottom)
    if interval.size:
        factor = rule.size_that_decides(share, goal) / interval.size
    else:
        factor = _shrinkage_that_decides(interval, share, goal, scale)
    if not math.isfinite(factor):
        return None
    return max(math.ceil(round(estimate.n * (factor - 1), 6)), 1)


def _shrinkage_that_decides(
    interval: Interval, share: float, goal: float, scale: tuple[float, float]
) -> float:
    """Growth of the sample after which the bound, moving as 1/√n on the logit scale, passes."""
    bottom, top = scale
    faces = interval.low if share > goal else interval.high
    bound = (faces - bottom) / (top - bottom)
    if goal >= 1 or not 0 < share < 1 or not 0 < bound < 1:
        return math.inf
    centre = special.logit(share)
    return float(((special.logit(bound) - centre) / (special.logit(goal) - centre)) ** 2)
