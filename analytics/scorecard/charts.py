"""The small multiple of an indicator: places, in the drawing's own units.

The same rules for all: fiscal years 2562 to 2570 across, a value on the day to which it speaks;
better is up; the scale runs from the worst to the best of what is drawn, the target with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analytics.scorecard.scorecard import Line
from analytics.scorecard.status import start_of
from analytics.scorecard.values import Direction, Value
from analytics.scorecard.years import BEGAN, ENDS, FIRST_YEAR, LAST_YEAR, years_since

WIDTH, HEIGHT = 320.0, 100.0
INSET = 10.0
BAR_WIDTH = 5.0
FIRST_SHOWN = 2562
BEGINS = float(FIRST_SHOWN - FIRST_YEAR)
SPAN = LAST_YEAR - FIRST_YEAR + 1 - BEGINS


@dataclass(frozen=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True)
class Bar:
    """An interval, upright."""

    left: float
    y: float
    height: float


@dataclass(frozen=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Multiple:
    dots: list[Dot]
    bars: list[Bar]
    target: Rule | None
    path: Rule | None
    outlook: Dot | None
    outlook_bar: Bar | None
    outlook_line: Rule | None
    began: float
    """Where the strategy began."""
    years: tuple[int, int, int] = (FIRST_SHOWN, FIRST_YEAR, LAST_YEAR)

    @property
    def line(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def multiple(line: Line) -> Multiple | None:
    """None where no value of these years is known."""
    values = [each for each in line.values if years_since(each.as_of) >= BEGINS]
    target, outlook = line.indicator.target, line.outlook
    if not values:
        return None
    y = _scale(list(_numbers(line, values)), line.indicator.direction)
    first, last = _x(BEGINS), _x(years_since(ENDS))
    level = None if target is None else y(target)
    dots = [Dot(_x(years_since(each.as_of)), y(each.value)) for each in values]
    ahead = Dot(last, y(outlook.value)) if outlook else None
    return Multiple(
        dots=dots,
        bars=[
            _bar(_x(years_since(v.as_of)), y(v.low), y(v.high))
            for v in values
            if v.low is not None and v.high is not None
        ],
        target=None if level is None else Rule(first, level, last, level),
        path=_path(line, y),
        outlook=ahead,
        outlook_bar=_bar(last, y(outlook.low), y(outlook.high)) if outlook else None,
        outlook_line=Rule(dots[-1].x, dots[-1].y, ahead.x, ahead.y) if ahead and dots else None,
        began=_x(0.0),
    )


def _numbers(line: Line, values: list[Value]) -> Iterator[float]:
    """All that the scale must hold."""
    if line.indicator.target is not None:
        yield line.indicator.target
    for each in values:
        yield from (each.value, *(end for end in (each.low, each.high) if end is not None))
    if line.outlook:
        yield from (line.outlook.low, line.outlook.high)


def _scale(numbers: list[float], direction: Direction) -> Callable[[float], float]:
    low, high = min(numbers), max(numbers)
    if low == high:
        low, high = low - 1, high + 1
    worst, best = (low, high) if direction == Direction.AT_LEAST else (high, low)

    def y(value: float) -> float:
        return round(INSET + (HEIGHT - 2 * INSET) * (best - value) / (best - worst), 2)

    return y


def _x(years: float) -> float:
    return round(INSET + (WIDTH - 2 * INSET) * (years - BEGINS) / SPAN, 2)


def _bar(x: float, one: float, other: float) -> Bar:
    return Bar(x - BAR_WIDTH / 2, min(one, other), round(abs(one - other), 2))


def _path(line: Line, y: Callable[[float], float]) -> Rule | None:
    """From where the value stood to the target; not where a forecast decides instead."""
    start, target = start_of(line.values), line.indicator.target
    if start is None or target is None or line.outlook:
        return None
    begins = years_since(max(start.as_of, BEGAN))
    return Rule(_x(begins), y(start.value), _x(years_since(ENDS)), y(target))
