"""What an indicator is made of: a target, values by fiscal year, and where it may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    SHARE = "share"  # of one, shown in per cent
    SCORE = "score"  # an index from 0 to 1
    RANK = "rank"
    COUNT = "count"


class Direction(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"

    def reaches(self, value: float, target: float) -> bool:
        return value >= target if self is Direction.AT_LEAST else value <= target


@dataclass(frozen=True)
class Value:
    """One fiscal year's figure, with where it is from and the day to which it speaks.

    low, high  its interval, where it is an estimate
    outcome    what the official rule says of it, where that rule applies
    link       one tap to the source
    of         what a count is counted from, in words
    """

    fiscal_year: int
    value: float
    as_of: date
    source: str
    low: float | None = None
    high: float | None = None
    outcome: str = ""
    link: str = ""
    of: str = ""
    simulated: bool = False


@dataclass(frozen=True)
class Outlook:
    """A forecast for a day, with its prediction interval, made of so many periods."""

    value: float
    low: float
    high: float
    on: date
    periods: int
    last: Value
    """The newest period that it goes on from."""
