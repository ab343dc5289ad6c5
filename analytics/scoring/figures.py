"""The fields of a score: estimate, interval, and what its verdict may claim.

Outcome, evidence, reach and strength are the four parts of a verdict (docs/method.md). A score of
the first edition has the first alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.estimation import korn_graubard
from analytics.estimation.evidence import Evidence, is_official
from analytics.estimation.official import Edition, Outcome, Rule
from analytics.estimation.strength import band, strengths, tipping_point, widened
from analytics.estimation.values import Columns, Intervals, plain
from analytics.estimation.verdict import Verdicts, raised, verdicts
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
"""By name of a field its values, an entry for each domain; or the one value of all."""


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
    shares = ("coverage", "merged", "response_rate", "r_indicator", "reach")
    return {
        "edition": declared.method.edition,
        "evidence": backing.evidence,
        **{name: plain(getattr(backing, name)) for name in shares},
    }


def share_fields(
    declared: Declared,
    rule: Rule,
    shares: Columns,
    intervals: Intervals,
    backing: Backing,
) -> Fields:
    """The share of ratings 4 and 5, with the official interval and R's own beside it."""
    method = declared.method
    if not declared.is_first and method.uncovered == "widen" and method.weighting != "supplied":
        intervals = widened(intervals, 1 - backing.coverage)
    found = _judged(declared, rule, shares, intervals, backing)
    differing = np.where(shares.variance > 0, 1.0, np.nan)
    low, high = korn_graubard.bounds(shares, method.level)
    size = {} if declared.is_first else {"size": plain(intervals.size)}
    return {
        "measure": Score.Measure.TOP_TWO_BOX,
        "low_uncapped": plain(low * differing),
        "high_uncapped": plain(high * differing),
        **_estimate_fields(shares, intervals, 1.0),
        **size,
        **_verdict_fields(declared, found, backing),
        **_strength_fields(declared, found, intervals, backing),
    }


def mean_fields(
    declared: Declared, rule: Rule, means: Columns, intervals: Intervals, backing: Backing
) -> Fields:
    """The mean rating as a share of 5."""
    found = _judged(declared, rule, means, intervals, backing, BEST, (1.0, BEST))
    return {
        "measure": Score.Measure.MEAN_PERCENT,
        **_estimate_fields(means, intervals, BEST),
        **_verdict_fields(declared, found, backing),
    }


def _judged(
    declared: Declared,
    rule: Rule,
    estimates: Columns,
    intervals: Intervals,
    backing: Backing,
    unit: float = 1.0,
    scale: tuple[float, float] = (0.0, 1.0),
) -> Verdicts:
    """While a wave is open its response rate is not known. A mean has no bounds that may be looked
    at every day, so its outcome is not known then either."""
    second = not declared.is_first
    unknown = np.full_like(backing.reach, np.nan)
    return verdicts(
        intervals,
        estimates,
        declared.method.target * unit,
        coverage=np.where(np.isnan(backing.coverage), 1.0, backing.coverage),
        response_rate=unknown if declared.is_open else backing.response_rate,
        reach=backing.reach if second else unknown,
        outside_frame=(backing.outside_frame > 0) & second,
        still_open=second and declared.is_open and scale != (0.0, 1.0),
        scale=scale,
        rule=rule,
    )


def _estimate_fields(estimates: Columns, intervals: Intervals, unit: float) -> Fields:
    return {
        "estimate": plain(estimates.value / unit),
        "se": plain(estimates.se / unit),
        "low": plain(intervals.low / unit),
        "high": plain(intervals.high / unit),
        "n": estimates.n.astype(np.int64).tolist(),
        "n_eff": plain(estimates.n_eff),
        "n_kish": plain(estimates.n_kish),
        "df": estimates.df.astype(np.int64).tolist(),
    }


def _verdict_fields(declared: Declared, found: Verdicts, backing: Backing) -> Fields:
    fields: Fields = {
        "verdict": found.outcome.tolist(),
        "flags": raised(dict(sorted(found.flags.items()))),
        "needed": [reachable(number) for number in found.further_responses],
    }
    if declared.is_first:
        return fields
    accepted = frozenset(Evidence(name) for name in declared.method.official_evidence)
    known = [is_official(each, accepted) and not declared.is_open for each in backing.evidence]
    official = (found.outcome != Outcome.INCONCLUSIVE) & np.array(known, dtype=bool)
    return fields | {"reason": found.reason.tolist(), "official": official.tolist()}


def _strength_fields(
    declared: Declared, found: Verdicts, intervals: Intervals, backing: Backing
) -> Fields:
    """What the outcome says of those who did not answer; nothing where nobody knows how many."""
    method = declared.method
    if declared.is_first or declared.is_open or method.weighting == "supplied":
        return {}
    bands = band(intervals, backing.rate, method.gamma)
    strong = strengths(found.outcome, bands, method.target).tolist()
    faced = np.where(found.outcome == Outcome.MET, intervals.low, intervals.high)
    points = zip(strong, faced.tolist(), backing.rate.tolist(), strict=True)
    return {
        "band_low": plain(bands.low),
        "band_high": plain(bands.high),
        "strength": [each or "" for each in strong],
        "tipping_point": [
            each and tipping_point(bound, rate, method.target) for each, bound, rate in points
        ],
    }


def reachable(responses: int | None) -> int | None:
    """A number of further responses that a wave could bring; None beyond that."""
    return responses if responses is not None and responses <= MOST_RESPONSES else None
