"""An agency's answers month by month, once a wave is over: its weeks, put together.

A month that begins and ends on other days than the weeks that are shown would leave a few answers
between the two, and say what they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from analytics.counting.weeks import FEWEST, cuts_of
from analytics.models import WeekCount
from surveys.models import Wave

MOST_STRAYED = 0.1
"""The share of answers that may stand in the month beside theirs, where weeks were joined."""


Step = tuple[WeekCount | None, WeekCount]
"""A row, and the one before it."""


@dataclass(frozen=True)
class Month:
    """What was answered in a month, of which `first` is the first day: nothing where `rated` is 0;
    too little to be shown by itself where it is None, and then it is part of the months beside."""

    first: date
    rated: int | None
    satisfied: int | None


def months_of(rows: Sequence[WeekCount]) -> list[Month]:
    """The months of one agency in a wave that is over, from its rows in their order, without a gap.

    A week stands in the month that holds most of its days; weeks that are joined stand together in
    the month of most of their answers. Empty where fewer than two months can be shown, where more
    than a tenth of the answers would stand in a month that is not theirs, or where more was taken
    away from a month than it had.
    """
    if not rows:
        return []
    came: Counter[date] = Counter()
    rated: Counter[date] = Counter()
    satisfied: Counter[date] = Counter()
    strayed = 0
    for block in _blocks(rows):
        in_month: Counter[date] = Counter()
        for before, row in block:
            month = month_of(row.week, row.wave)
            in_month[month] += row.rated - (before.rated if before else 0)
            came[month] += row.answers - (before.answers if before else 0)
        main = max(in_month, key=in_month.__getitem__)
        strayed += sum(abs(number) for month, number in in_month.items() if month != main)
        rated[main] += in_month.total()
        first, last = block[0][0], block[-1][1]
        satisfied[main] += last.satisfied - (first.satisfied if first else 0)
    whole = rows[-1].rated
    possible = all(rated[m] >= FEWEST and 0 <= satisfied[m] <= rated[m] for m in rated)
    if len(rated) < 2 or not possible or strayed > MOST_STRAYED * whole:
        return []
    return [
        Month(m, rated[m], satisfied[m])
        if m in rated
        else Month(m, None if came[m] else 0, None if came[m] else 0)
        for m in _between(min(rated), max(rated))
    ]


def month_of(monday: date, wave: Wave) -> date:
    """The first day of the month that holds most days of a week, as far as the wave has them."""
    middle = max(wave.starts_on, min(monday + timedelta(days=3), wave.ends_on))
    return middle.replace(day=1)


def _blocks(rows: Sequence[WeekCount]) -> Iterator[list[Step]]:
    """The weeks that are shown, each as the rows that it is made of with the row before."""
    steps: list[Step] = list(zip([None, *rows], rows, strict=False))
    ends = [rows.index(row) + 1 for row in cuts_of(rows) if row]
    for begin, end in pairwise([0, *ends]):
        yield steps[begin:end]


def _between(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)
