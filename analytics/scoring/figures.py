"""The fields of a score: estimate, interval, and what its verdict may claim.

Outcome, evidence, reach and strength are the four parts of a verdict (docs/method.md). A score of
the first edition has the first alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.estimation.evidence import Evidence, is_official
from analytics.estimation.official import Edition, Outcome, Rule
from analytics.estimation.strength import band, strength, tipping_point, widened
from analytics.estimation.values import Estimate, Interval
from analytics.estimation.verdict import Verdict, judge
from analytics.models import Score
from analytics.scoring.backing import Backing
from surveys.kinds.rating import RATINGS
from surveys.method import Method
from surveys.models import Wave

TOP_TWO_BOX = np.array([0.0, 0.0, 0.0, 1.0, 1.0])
RATING = np.array(RATINGS, dtype=float)
BEST = float(RATINGS[-1])
MOST_RESPONSES = 10_000_000

Fields = dict[str, Any]
Uncapped = tuple[float | None, float | None]
"""Bounds before the effective size is capped."""


@dataclass(frozen=True)
class Declared:
    """A wave and the method that it declared, read once."""

    wave: Wave
    method: Method

    @property
    def is_first(self) -> bool:
        return self.method.edition == Edition.FIRST

    @property
    def is_open(self) -> bool:
        return self.wave.state == Wave.State.OPEN


def backing_fields(declared: Declared, backing: Backing) -> Fields:
    """What both measures of a domain rest on."""
    if declared.is_first:
        return {}
    return {
        "edition": declared.method.edition,
        "evidence": backing.evidence,
        "coverage": backing.coverage,
        "merged": backing.merged,
        "response_rate": backing.response_rate,
        "r_indicator": backing.response and backing.response.r_indicator,
        "reach": backing.reach,
    }


def share_fields(
    declared: Declared,
    rule: Rule,
    share: Estimate,
    interval: Interval,
    uncapped: Uncapped,
    backing: Backing,
) -> Fields:
    """The share of ratings 4 and 5, with the official interval and R's own beside it."""
    method = declared.method
    if not declared.is_first and method.uncovered == "widen" and backing.coverage is not None:
        interval = widened(interval, 1 - backing.coverage)
    verdict = _judged(declared, rule, share, interval, backing)
    size = {} if declared.is_first else {"size": interval.size}
    return {
        "measure": Score.Measure.TOP_TWO_BOX,
        "estimate": share.value,
        "se": share.se,
        "low": interval.low,
        "high": interval.high,
        "n_eff": share.n_eff,
        "low_uncapped": uncapped[0],
        "high_uncapped": uncapped[1],
        **size,
        **_size_fields(share),
        **_verdict_fields(declared, verdict, backing),
        **_strength_fields(declared, verdict, interval, backing),
    }


def mean_fields(
    declared: Declared, rule: Rule, mean: Estimate, interval: Interval, backing: Backing
) -> Fields:
    """The mean rating as a share of 5."""
    verdict = _judged(declared, rule, mean, interval, backing, BEST, (1.0, BEST))
    assert mean.value is not None
    assert mean.se is not None
    return {
        "measure": Score.Measure.MEAN_PERCENT,
        "estimate": mean.value / BEST,
        "se": mean.se / BEST,
        "low": interval.low / BEST,
        "high": interval.high / BEST,
        "n_eff": mean.n_eff,
        **_size_fields(mean),
        **_verdict_fields(declared, verdict, backing),
    }


def _judged(
    declared: Declared,
    rule: Rule,
    estimate: Estimate,
    interval: Interval,
    backing: Backing,
    unit: float = 1.0,
    scale: tuple[float, float] = (0.0, 1.0),
) -> Verdict:
    """While a wave is open its response rate is not known. A mean has no bounds that may be looked
    at every day, so its outcome is not known then either."""
    second = not declared.is_first
    return judge(
        interval,
        estimate,
        declared.method.target * unit,
        coverage=1.0 if backing.coverage is None else backing.coverage,
        response_rate=None if declared.is_open else backing.response_rate,
        reach=backing.reach if second else None,
        outside_frame=second and backing.outside_frame > 0,
        still_open=second and declared.is_open and scale != (0.0, 1.0),
        scale=scale,
        rule=rule,
    )


def _verdict_fields(declared: Declared, verdict: Verdict, backing: Backing) -> Fields:
    fields: Fields = {
        "verdict": verdict.outcome,
        "flags": sorted(verdict.flags),
        "needed": reachable(verdict.further_responses),
    }
    if declared.is_first:
        return fields
    decided = verdict.outcome is not Outcome.INCONCLUSIVE
    accepted = frozenset(Evidence(name) for name in declared.method.official_evidence)
    official = decided and not declared.is_open and is_official(backing.evidence, accepted)
    return fields | {"reason": verdict.reason, "official": official}


def _strength_fields(
    declared: Declared, verdict: Verdict, interval: Interval, backing: Backing
) -> Fields:
    """What the outcome says of those who did not answer; nothing where nobody knows how many."""
    if declared.is_first or declared.is_open or backing.response is None:
        return {}
    method, rate = declared.method, backing.response.rate
    bounds = band(interval, rate, method.gamma)
    found = strength(verdict.outcome, bounds, method.target)
    fields: Fields = {"band_low": bounds.low, "band_high": bounds.high, "strength": found or ""}
    if found:
        bound = interval.low if verdict.outcome is Outcome.MET else interval.high
        fields["tipping_point"] = tipping_point(bound, rate, method.target)
    return fields


def _size_fields(estimate: Estimate) -> Fields:
    return {"n": estimate.n, "n_kish": estimate.n_kish, "df": estimate.df}


def reachable(responses: int | None) -> int | None:
    """A number of further responses that a wave could bring; None beyond that."""
    return responses if responses is not None and responses <= MOST_RESPONSES else None
