"""The verdict on a target: met, not met, or not decided by this sample.

An interval decides (`official.decide`), never the point estimate. The words for citizens live with
the pages, translated; here are codes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from scipy import special

from .official import EDITION_1, TARGET, Edition, Outcome, Rule, decide
from .values import Estimate, Interval


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
    minimum_coverage: float = 0.80,
    response_rate: float | None = None,
    minimum_response_rate: float = 0.20,
    reach: float | None = None,
    minimum_reach: float = 0.80,
    outside_frame: bool = False,
    still_open: bool = False,
    unscreened: Outcome | None = None,
    scale: tuple[float, float] = (0.0, 1.0),
    rule: Rule = EDITION_1,
) -> Verdict:
    """MET if the interval lies at or above the target, NOT_MET if below, else INCONCLUSIVE.

    coverage       share of the frame that the estimate speaks for
    response_rate  where known; LOW_RESPONSE under `minimum_response_rate`
    reach          share of the encounters with a contact that could be used, where drawn;
                   LOW_REACH under `minimum_reach`
    outside_frame  whether answers lie outside the frame, in no figure
    still_open     the wave still takes answers: nothing is decided yet
    unscreened     the outcome before suspicious responses were screened out; FLAGGED where it
                   differs from this one
    rule           the one that made the interval; from the second edition on nothing is MET where
                   coverage is under the minimum
    scale          ends of the scale of estimate, interval and target: (1, 5) for a mean rating
    """
    if not scale[0] < target <= scale[1]:
        raise ValueError(f"the target {target} is not on the scale {scale}")
    outcome, reason = _outcome(interval, estimate, target)
    if rule.edition > Edition.FIRST and outcome is Outcome.MET and coverage < minimum_coverage:
        outcome, reason = Outcome.INCONCLUSIVE, Reason.NOT_COVERED
    if still_open and estimate.has_data:
        outcome, reason = Outcome.INCONCLUSIVE, Reason.WAVE_OPEN
    unreliable = unreliability(interval, estimate, scale, rule)
    flags = {
        Flag.UNRELIABLE: bool(unreliable),
        Flag.LOW_COVERAGE: coverage < minimum_coverage,
        Flag.LOW_RESPONSE: response_rate is not None and response_rate < minimum_response_rate,
        Flag.OUTSIDE_FRAME: outside_frame,
        Flag.LOW_REACH: reach is not None and reach < minimum_reach,
        Flag.FLAGGED: unscreened is not None and unscreened is not outcome,
    }
    return Verdict(
        outcome=outcome,
        reason=reason,
        target=target,
        flags=frozenset(flag for flag, raised in flags.items() if raised),
        unreliable_because=unreliable,
        further_responses=(
            0
            if outcome is not Outcome.INCONCLUSIVE
            else None
            if reason in (Reason.NOT_COVERED, Reason.WAVE_OPEN)
            else further_responses(interval, estimate, target, scale, rule)
        ),
    )


def _outcome(interval: Interval, estimate: Estimate, target: float) -> tuple[Outcome, Reason]:
    if not estimate.has_data:
        return Outcome.INCONCLUSIVE, Reason.NO_DATA
    outcome = decide(interval, target)
    return outcome, REASONS[outcome]


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
    bottom, top = scale
    width = interval.width / (top - bottom)
    share = 0.0 if estimate.value is None else (estimate.value - bottom) / (top - bottom)
    n_eff = estimate.n_kish if estimate.n_eff is None else estimate.n_eff
    second = rule.edition > Edition.FIRST
    against = min(share, 1 - share) if second else share
    psus = estimate.n if estimate.psus is None else estimate.psus
    failed = {
        Unreliability.FEW_RESPONSES: estimate.n < 30,
        Unreliability.SMALL_EFFECTIVE_SIZE: n_eff < 30,
        Unreliability.WIDE_INTERVAL: width >= 0.30,
        Unreliability.WIDE_RELATIVE_TO_SHARE: 0.05 < width < 0.30 and width > 1.3 * against,
        Unreliability.FEW_DEGREES_OF_FREEDOM: estimate.df < 8,
        Unreliability.FEW_PSUS: second and rule.clusters is not None and psus < 30,
    }
    return tuple(standard for standard, fails in failed.items() if fails)


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
