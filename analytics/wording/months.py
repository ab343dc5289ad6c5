"""An agency's months within one survey: the words and the geometry of their chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil

from django.utils.dateformat import format as date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.estimation.homogeneity import homogeneity
from analytics.estimation.official import Rule
from analytics.estimation.values import Interval
from analytics.wording.charts import Axis, date_text
from analytics.wording.percent import percent
from analytics.wording.slope import WIDTH, height_of
from surveys.thai_dates import BUDDHIST_ERA, SHORT_MONTHS

MOST_LABELS = 4
"""So that they stand beside each other on a telephone, at twice the size of the text."""
CHANCE = 0.05


@dataclass(frozen=True)
class Month:
    """What was answered in a month, of which `first` is the first day. `n` is 0 where nobody did,
    and None where too few did, who stand in the months beside it.

    size_of_one  effective size of one answer, by the design of the wave
    """

    first: date
    n: int | None
    satisfied: int | None
    size_of_one: float
    rule: Rule

    @property
    def name(self) -> str:
        return date_text(self.first).partition(" ")[2]

    @property
    def short(self) -> str:
        if get_language() == "th":
            return SHORT_MONTHS[self.first.month - 1]
        return date_format(self.first, "M")

    @property
    def year(self) -> int:
        return self.first.year + (BUDDHIST_ERA if get_language() == "th" else 0)

    @property
    def estimate(self) -> float:
        return (self.satisfied or 0) / (self.n or 1)

    @cached_property
    def interval(self) -> Interval:
        return self.rule.interval_at(self.estimate, (self.n or 0) * self.size_of_one)

    @property
    def interval_text(self) -> str:
        return f"{percent(self.interval.low)}–{percent(self.interval.high)}"


@dataclass(frozen=True)
class Point:
    """Where a month stands, with its label, and the year where that begins; where they are many,
    every second or third has one."""

    month: Month
    x: float
    y: float
    low_y: float
    high_y: float
    label: str
    year: str

    @property
    def height(self) -> float:
        return round(self.low_y - self.high_y, 1)

    @property
    def left(self) -> float:
        return round(self.x - 2.5, 1)


@dataclass(frozen=True)
class Months:
    """All months of an agency in one survey, the first of them and the last with figures.

    differ  whether they do by more than chance explains; None where too few were satisfied, or
            were not, to say so
    """

    points: list[Point]
    target: float
    target_y: float
    ticks: list[float]
    differ: bool | None

    @cached_property
    def shown(self) -> list[Point]:
        return [point for point in self.points if point.month.n]

    @property
    def together(self) -> float:
        months = [point.month for point in self.shown]
        return sum(m.satisfied or 0 for m in months) / sum(m.n or 0 for m in months)

    @property
    def sentence(self) -> str:
        """What the drawing shows, for whoever cannot see it."""
        said = [
            _("%(month)s: %(share)s %% (%(interval)s)")
            % {
                "month": point.month.name,
                "share": percent(point.month.estimate),
                "interval": point.month.interval_text,
            }
            for point in self.shown
        ]
        return _("Share of satisfied answers by month: %(said)s; the target is %(target)s %%.") % {
            "said": ", ".join(said),
            "target": f"{100 * self.target:g}",
        }

    @property
    def verdict(self) -> str:
        """Whether the months differ, with the lowest and the highest where they do."""
        if self.differ is None:
            return _("The answers are too much alike to say whether the months differ.")
        if not self.differ:
            return _("No evidence that the months differ.")
        low, high = (
            end((point.month for point in self.shown), key=lambda month: month.estimate)
            for end in (min, max)
        )
        return _(
            "The months differ by more than chance explains: from %(low)s %% (%(low_month)s) to"
            " %(high)s %% (%(high_month)s)."
        ) % {
            "low": percent(low.estimate),
            "low_month": low.name,
            "high": percent(high.estimate),
            "high_month": high.name,
        }


def months_chart(months: Sequence[Month], target: float) -> Months:
    """The chart of these months, two or more of which have answers."""
    shown = [month for month in months if month.n]
    axis = Axis.around([month.interval for month in shown], target)
    step = WIDTH / len(months)
    labelled = range(0, len(months), ceil(len(months) / MOST_LABELS))
    begins = {months[k].year: k for k in reversed(labelled)}.values()
    points = [
        Point(
            month=month,
            x=round(step * (k + 0.5), 1),
            y=height_of(axis, month.estimate),
            low_y=height_of(axis, month.interval.low) if month.n else 0.0,
            high_y=height_of(axis, month.interval.high) if month.n else 0.0,
            label=month.short if k in labelled else "",
            year=str(month.year) if k in begins else "",
        )
        for k, month in enumerate(months)
    ]
    p_value = homogeneity(
        [month.satisfied or 0 for month in shown],
        [month.n or 0 for month in shown],
        shown[0].size_of_one,
    )
    ticks = [height_of(axis, k / 100) for k in range(round(100 * axis.low), 101, 10)]
    differ = None if p_value is None else p_value < CHANCE
    return Months(points, target, height_of(axis, target), ticks, differ)
