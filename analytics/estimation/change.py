"""The change between two waves, at the same channel mix and as it is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .comparison import Difference, difference_of_proportions
from .official import EDITION_1, Rule
from .standardisation import standardise
from .values import Estimate, Interval


class Direction(StrEnum):
    """What the interval of a change shows; nothing where the two measure different things."""

    IMPROVED = "IMPROVED"
    WORSE = "WORSE"
    NO_EVIDENCE = "NO_EVIDENCE"
    NOT_COMPARABLE = "NOT_COMPARABLE"

    @classmethod
    def of(cls, interval: Interval) -> Direction:
        """Of a difference, later less earlier, with this interval."""
        if interval.low > 0:
            return cls.IMPROVED
        return cls.WORSE if interval.high < 0 else cls.NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Change:
    """The later wave less the earlier one.

    difference  at the same mix, with an interval by MOVER from the two official intervals
    raw         as the two waves stand, each at its own mix; None where not asked for
    covered     share of the mix in channels that answered in both waves
    later, earlier  the estimates at the same mix
    """

    difference: Difference
    raw: Difference | None
    covered: float
    later: Estimate
    earlier: Estimate

    @property
    def direction(self) -> Direction:
        return Direction.of(self.difference.interval)


def change(
    before: Mapping[Hashable, Estimate],
    after: Mapping[Hashable, Estimate],
    mix: Mapping[Hashable, float],
    *,
    whole: tuple[Estimate, Estimate] | None = None,
    rules: tuple[Rule, Rule] = (EDITION_1, EDITION_1),
) -> Change | None:
    """The change of a share from one wave to the next, for independent samples.

    before, after  estimates by channel
    mix            weights W of the channels, the same for both waves; a channel without answers in
                   either leaves both, so that like is compared with like
    whole          the domain's estimates (before, after), for the raw change
    rules          of the two waves, each judged by its own edition

    None where no channel answered in both.
    """
    total = sum(mix.values())
    both = {c: W for c, W in mix.items() if _has_data(before, c) and _has_data(after, c)}
    earlier, later = (standardise(wave, both).estimate for wave in (before, after))
    difference = difference_of_proportions(later, earlier, rules=rules[::-1])
    if difference is None:
        return None
    raw = whole and difference_of_proportions(whole[1], whole[0], rules=rules[::-1])
    return Change(difference, raw, sum(both.values()) / total, later, earlier)


def _has_data(wave: Mapping[Hashable, Estimate], channel: Hashable) -> bool:
    return channel in wave and wave[channel].has_data
