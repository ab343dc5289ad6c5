"""Weeks of an agency as they would have been recorded, the last of which is over."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from analytics.counting.weeks import monday
from analytics.models import WeekCount
from surveys import clock
from surveys.models import Agency, Wave

TODAY = datetime(2026, 11, 25, 2, tzinfo=UTC)
"""A Wednesday, nine o'clock in Thailand."""


def weeks(wave: Wave, agency: Agency, came: Sequence[tuple[int, int, int]]) -> None:
    """`came` in each week: rated, satisfied among them, flagged."""
    totals = list(accumulate(came, lambda a, b: tuple(map(sum, zip(a, b, strict=True)))))
    with clock.at(TODAY):
        this = monday(clock.today())
    for back, (rated, satisfied, flagged) in enumerate(reversed(totals)):
        week = this - timedelta(weeks=back + 1)
        WeekCount.objects.create(
            wave=wave,
            agency=agency,
            week=week,
            looked_on=week + timedelta(days=6),
            answers=rated + flagged,
            rated=rated,
            satisfied=satisfied,
            flagged=flagged,
        )


def steady(number: int) -> list[tuple[int, int, int]]:
    """Weeks of fifty answers, of which 44 to 46 are satisfied."""
    return [(50, 44 + k % 3, 0) for k in range(number)]
