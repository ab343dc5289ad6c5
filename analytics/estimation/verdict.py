"""The verdict on a target: met, not met, or not decided by this sample.

An interval decides (`official.decide`), never the point estimate. The words for citizens live with
the pages, translated; here are codes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from scipy import special

from .official import TARGET, Outcome, decide, size_that_decides
from .values import Estimate, Interval


class Reason(StrEnum):
    """Why the outcome is what it is."""

    INTERVAL_AT_OR_ABOVE_TARGET = "INTERVAL_AT_OR_ABOVE_TARGET"
    INTERVAL_BELOW_TARGET = "INTERVAL_BELOW_TARGET"
    TARGET_WITHIN_INTERVAL = "TARGET_WITHIN_INTERVAL"
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
    FLAGGED = "FLAGGED"


class Unreliability(StrEnum):
    """The presentation standards of the NCHS that an estimate fails [Parker et al. 2017]."""

    FEW_RESPONSES = "FEW_RESPONSES"
    SMALL_EFFECTIVE_SIZE = "SMALL_EFFECTIVE_SIZE"
    WIDE_INTERVAL = "WIDE_INTERVAL"
    WIDE_RELATIVE_TO_SHARE = "WIDE_RELATIVE_TO_SHARE"
    FEW_DEGREES_OF_FREEDOM = "FEW_DEGREES_OF_FREEDOM"


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
    unscreened: Outcome | None = None,
    scale: tuple[float, float] = (0.0, 1.0),
) -> Verdict:
    """MET if the interval lies at or above the target, NOT_MET if below, else INCONCLUSIVE.

    coverage       share of the frame that the estimate speaks for
    response_rate  where known; LOW_RESPONSE under `minimum_response_rate`
    unscreened     the outcome before suspicious responses were screened out; FLAGGED where it
                   differs from this one
    scale          ends of the scale of estimate, interval and target: (1, 5) for a mean rating
    """
    if not scale[0] < target <= scale[1]:
        raise ValueError(f"the target {target} is not on the scale {scale}")
    outcome = decide(interval, target) if estimate.has_data else Outcome.INCONCLUSIVE
    unreliable = unreliability(interval, estimate, scale)
    flags = {
        Flag.UNRELIABLE: bool(unreliable),
        Flag.LOW_COVERAGE: coverage < minimum_coverage,
        Flag.LOW_RESPONSE: response_rate is not None and response_rate < minimum_response_rate,
        Flag.FLAGGED: unscreened is not None and unscreened is not outcome,
    }
    return Verdict(
        outcome=outcome,
        reason=REASONS[outcome] if estimate.has_data else Reason.NO_DATA,
        target=target,
        flags=frozenset(flag for flag, raised in flags.items() if raised),
        unreliable_because=unreliable,
        further_responses=(
            further_responses(interval, estimate, target, scale)
            if outcome is Outcome.INCONCLUSIVE
            else 0
        ),
    )


def unreliability(
    interval: Interval, estimate: Estimate, scale: tuple[float, float] = (0.0, 1.0)
) -> tuple[Unreliability, ...]:
    """The NCHS standards that an estimate fails [Parker et al. 2017, NCHS Series 2 No. 175].

    n or the effective size under 30; interval at least 0.30 wide, or over 0.05 wide and more than
    130 % of the share; fewer than 8 degrees of freedom. Means are judged as shares of their scale.
    """
    bottom, top = scale
    width = interval.width / (top - bottom)
    share = 0.0 if estimate.value is None else (estimate.value - bottom) / (top - bottom)
    n_eff = estimate.n_kish if estimate.n_eff is None else estimate.n_eff
    failed = {
        Unreliability.FEW_RESPONSES: estimate.n < 30,
        Unreliability.SMALL_EFFECTIVE_SIZE: n_eff < 30,
        Unreliability.WIDE_INTERVAL: width >= 0.30,
        Unreliability.WIDE_RELATIVE_TO_SHARE: 0.05 < width < 0.30 and width > 1.3 * share,
        Unreliability.FEW_DEGREES_OF_FREEDOM: estimate.df < 8,
    }
    return tuple(standard for standard, fails in failed.items() if fails)


def further_responses(
    interval: Interval,
    estimate: Estimate,
    target: float = TARGET,
    scale: tuple[float, float] = (0.0, 1.0),
) -> int | None:
    """How many more responses would decide if the estimate and the design effect stay as they are.

    The effective size grows in step with the responses. None where no number would do.
    """
    bottom, top = scale
    if estimate.value is None or estimate.value == target:
        return None
    share, goal = (estimate.value - bottom) / (top - bottom), (target - bottom) / (top - bottom)
    if interval.size:
        factor = size_that_decides(share, goal, interval.level) / interval.size
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
