"""The one rule by which every indicator has its status.

1. Reached: the newest value meets the target. Where it has an interval the whole interval does;
   where the official rule speaks, it says MET.
2. Where there is a forecast for the target day, its interval decides: wholly on the target's side,
   on course; wholly on the other, off course; else not yet known.
3. Otherwise the path decides: a straight line from where the value stood when the strategy began
   (or from its first value since) to the target on the target day. The newest value, or its whole
   interval, is at or beyond the path of its own day: on course; short of it: off course; an
   interval on both sides: not yet known.

Not yet known too: no target, no value since the strategy began, one value without an earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from analytics.estimation.official import Outcome
from analytics.scorecard.values import Direction, Outlook, Value
from analytics.scorecard.years import BEGAN, ENDS, years_since


class Status(StrEnum):
    REACHED = "reached"
    ON_COURSE = "on_course"
    OFF_COURSE = "off_course"
    NOT_YET_KNOWN = "not_yet_known"


class Because(StrEnum):
    """What a status rests on."""

    TARGET = "target"
    FORECAST = "forecast"
    PATH = "path"
    NO_TARGET = "no_target"
    NO_VALUE = "no_value"
    ONE_VALUE = "one_value"


@dataclass(frozen=True)
class Judgement:
    status: Status
    because: Because
    start: Value | None = None
    path: float | None = None
    """Where the path stands on the day of the newest value."""


def judge(
    values: Sequence[Value],
    target: float | None,
    direction: Direction,
    outlook: Outlook | None = None,
) -> Judgement:
    """The status of an indicator with these values, oldest first."""
    since = [value for value in values if value.as_of > BEGAN]
    if target is None:
        return Judgement(Status.NOT_YET_KNOWN, Because.NO_TARGET)
    if not since:
        return Judgement(Status.NOT_YET_KNOWN, Because.NO_VALUE)
    if _reached(since[-1], target, direction):
        return Judgement(Status.REACHED, Because.TARGET)
    if outlook:
        status = _side(outlook.low, outlook.high, target, direction)
        return Judgement(status, Because.FORECAST)
    start = start_of(values)
    if start is None:
        return Judgement(Status.NOT_YET_KNOWN, Because.ONE_VALUE)
    newest = since[-1]
    path = path_at(start, target, newest.as_of)
    low = newest.value if newest.low is None else newest.low
    high = newest.value if newest.high is None else newest.high
    return Judgement(_side(low, high, path, direction), Because.PATH, start, path)


def start_of(values: Sequence[Value]) -> Value | None:
    """Where the path starts: the last value before the strategy, or the first of several since."""
    before = [value for value in values if value.as_of <= BEGAN]
    since = [value for value in values if value.as_of > BEGAN]
    if before:
        return before[-1]
    return since[0] if len(since) > 1 else None


def path_at(start: Value, target: float, day: date) -> float:
    """Where the line stands on that day; at the end of each fiscal year by whole steps."""
    begins, ends = years_since(max(start.as_of, BEGAN)), years_since(ENDS)
    done = (years_since(min(day, ENDS)) - begins) / (ends - begins)
    return round(start.value + done * (target - start.value), 9)


def _reached(value: Value, target: float, direction: Direction) -> bool:
    if value.outcome:
        return value.outcome == Outcome.MET
    ends = (value.low, value.high)
    return all(direction.reaches(value.value if end is None else end, target) for end in ends)


def _side(low: float, high: float, line: float, direction: Direction) -> Status:
    reached = {direction.reaches(low, line), direction.reaches(high, line)}
    if len(reached) == 2:
        return Status.NOT_YET_KNOWN
    return Status.ON_COURSE if reached == {True} else Status.OFF_COURSE
