"""A share watched week by week: which movement is more than chance, how often falsely.

Limits are those of the answers' effective size, wider where the weeks of the baseline differ by
more than chance lets them [Laney 2002]. A week speaks for itself where it lies beyond the limits,
and a run of weeks on one side of the centre where each alone would not [Montgomery 2019; NHS
England, Making data count].
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from .sums import Floats

LIMIT = 3.3
RUN = 10
FALSE_ALARMS_A_YEAR = 0.3
"""At most, of an agency whose satisfaction does not move, with a baseline of at least 26 weeks of
20 or more answers; `python -m benchmarks.alerts` counts them."""
FEWEST_WEEKS = 26
MOVING_RANGE = 1.128
"""The mean distance of two independent standard normal values [Montgomery 2019, appendix VI]."""


class Rule(StrEnum):
    """BEYOND  one week beyond the limits
    RUN     RUN weeks in a row on one side of the centre"""

    BEYOND = "BEYOND"
    RUN = "RUN"


@dataclass(frozen=True, slots=True)
class Alarm:
    """At which week after the baseline, by which rule, and whether the share fell."""

    week: int
    rule: Rule
    fell: bool


@dataclass(frozen=True, eq=False)
class Chart:
    """centre  share of the baseline
    spread  how many times more than chance its weeks differ, at least 1
    low, high  the limits of each week after the baseline
    """

    centre: float
    spread: float
    low: Floats
    high: Floats
    alarms: tuple[Alarm, ...]


def control_chart(shares: ArrayLike, sizes: ArrayLike, baseline: int) -> Chart | None:
    """The chart of weekly shares with their effective sizes, the first `baseline` of which say what
    is usual. None where these are too few, or nobody or everybody in them is satisfied."""
    share, size = (np.asarray(each, dtype=np.float64) for each in (shares, sizes))
    usual, m = share[:baseline], size[:baseline]
    total = float(m.sum())
    if baseline < FEWEST_WEEKS or total <= 0:
        return None
    centre = float(usual @ m / total)
    if not 0 < centre < 1:
        return None
    spread = _spread(_scores(usual, m, centre))
    later, n = share[baseline:], size[baseline:]
    # The centre is an estimate too: a week is held against both errors.
    widened = spread * np.sqrt(1 + n / total)
    scores = _scores(later, n, centre) / widened
    return Chart(
        centre,
        spread,
        _share_at(-LIMIT * widened, n, centre),
        _share_at(LIMIT * widened, n, centre),
        tuple(_alarms(scores)),
    )


def _scores(share: Floats, size: Floats, centre: float) -> Floats:
    """The normal quantile of each week's count among those that chance gives, by the middle of its
    step: shares near 1 are far from normal."""
    satisfied = share * size
    below = _binomial(satisfied, size, centre)
    up_to = _binomial(satisfied + 1, size, centre)
    scores: Floats = stats.norm.ppf(np.clip((below + up_to) / 2, 1e-12, 1 - 1e-12))
    return scores


def _binomial(below: Floats, size: Floats, centre: float) -> Floats:
    """P(X < below) of a binomial variable, also between whole numbers."""
    below = np.clip(below, 0.0, size + 1)
    inside = special.betaincc(np.maximum(below, 1e-9), np.maximum(size - below + 1, 1e-9), centre)
    chance: Floats = np.where(below <= 0, 0.0, np.where(below > size, 1.0, inside))
    return chance


def _share_at(z: Floats, size: Floats, centre: float) -> Floats:
    """The share of a week at a normal quantile."""
    share: Floats = np.clip(stats.binom.ppf(stats.norm.cdf(z), np.rint(size), centre), 0, None)
    return share / np.maximum(np.rint(size), 1)


def _spread(scores: Floats) -> float:
    """From moving ranges, which a slow drift of the baseline does not widen."""
    return max(float(np.abs(np.diff(scores)).mean()) / MOVING_RANGE, 1.0)


def _alarms(scores: Floats) -> list[Alarm]:
    """Each once: a run is said when it is complete, and again only after it was broken."""
    found, run, side = [], 0, 0.0
    for week, score in enumerate(scores.tolist()):
        if abs(score) > LIMIT:
            found.append(Alarm(week, Rule.BEYOND, score < 0))
        run = run + 1 if np.sign(score) == side else 1
        side = float(np.sign(score))
        if run == RUN:
            found.append(Alarm(week, Rule.RUN, score < 0))
    return found
