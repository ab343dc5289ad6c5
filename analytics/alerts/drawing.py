"""The control chart of an agency as a drawing, a sentence and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.alerts.series import Series
from analytics.counting.weeks import Week
from analytics.wording.charts import date_text
from analytics.wording.percent import percent

WIDTH, HEIGHT, INSET = 320.0, 150.0, 8.0
STEP = 0.1


@dataclass(frozen=True)
class Point:
    """A week; `low` and `high` are None for those that say what is usual. `said`: LOW or HIGH
    where a rule tells it."""

    week: Week
    low: float | None
    high: float | None
    said: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    points: list[Point]
    centre: float | None
    centre_y: float
    low_line: str
    high_line: str
    ticks: list[tuple[float, str]]

    @property
    def told(self) -> list[Point]:
        return [point for point in self.points if point.said]

    @property
    def sentence(self) -> str:
        """What the drawing shows, for whoever cannot see it."""
        first, last = self.points[0].week, self.points[-1].week
        said = _("Share of satisfied citizens week by week, from %(first)s to %(last)s.") % {
            "first": date_text(first.monday),
            "last": date_text(last.monday),
        }
        if self.centre is None:
            return said
        number = len(self.told)
        told = ngettext(
            "%(usual)s %% is usual; %(number)s week is told by its rules.",
            "%(usual)s %% is usual; %(number)s weeks are told by its rules.",
            number,
        )
        return f"{said} {told % {'usual': percent(self.centre), 'number': number}}"


def drawing(series: Series) -> Drawing | None:
    """None where fewer than two weeks can be shown."""
    weeks = series.weeks
    if len(weeks) < 2:
        return None
    chart = series.chart
    nothing = [None] * len(series.usual)
    lows: list[float | None] = [*nothing, *(chart.low.tolist() if chart else [])]
    highs: list[float | None] = [*nothing, *(chart.high.tolist() if chart else [])]
    lows, highs = (each + [None] * (len(weeks) - len(each)) for each in (lows, highs))
    floor = _floor([*(week.share for week in weeks), *(low for low in lows if low is not None)])
    xs = [_x(k, len(weeks)) for k in range(len(weeks))]
    said = _said(series)
    points = [
        Point(week, low, high, said.get(k, ""), xs[k], _y(week.share, floor))
        for k, (week, low, high) in enumerate(zip(weeks, lows, highs, strict=True))
    ]
    centre = chart.centre if chart else None
    return Drawing(
        points,
        centre,
        _y(centre or 0.0, floor),
        _line(xs, lows, floor),
        _line(xs, highs, floor),
        [(_y(tick, floor), f"{100 * tick:.0f}") for tick in _ticks(floor)],
    )


def _said(series: Series) -> dict[int, str]:
    """Which weeks a rule tells, by their place, and whether they fell."""
    alarms = series.chart.alarms if series.chart else ()
    return {series.baseline + each.week: "LOW" if each.fell else "HIGH" for each in alarms}


def _floor(values: Sequence[float]) -> float:
    lowest = min(values)
    return max(min(int(lowest / STEP) * STEP, 1 - 2 * STEP), 0.0)


def _ticks(floor: float) -> list[float]:
    return [floor + k * STEP for k in range(round((1 - floor) / STEP) + 1)]


def _x(place: int, number: int) -> float:
    return round(INSET + (WIDTH - 2 * INSET) * place / (number - 1), 1)


def _y(share: float, floor: float) -> float:
    part = (share - floor) / (1 - floor)
    return round(HEIGHT - INSET - (HEIGHT - 2 * INSET) * part, 1)


def _line(xs: Sequence[float], values: Sequence[float | None], floor: float) -> str:
    pairs = zip(xs, values, strict=True)
    return " ".join(f"{x},{_y(value, floor)}" for x, value in pairs if value is not None)
