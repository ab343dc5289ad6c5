"""An indicator of the strategy: what is promised, and where its values come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analytics.models import IndicatorValue
from analytics.scorecard.values import Direction, Outlook, Unit, Value
from analytics.scorecard.years import FIRST_YEAR, LAST_YEAR, first_day, last_day


class Origin(StrEnum):
    COMPUTED = "computed"  # from what citizens answered, and the frame
    REGISTERED = "registered"  # counted from a register that agencies keep
    ENTERED = "entered"  # by hand, with evidence


class Indicator(ABC):
    """Each is one file of the folder `indicators`, and ends with an object called `INDICATOR`.

    target     what the strategy promises for fiscal year 2570; None where it prints no number
    how        how the value is made
    who        who may enter it
    remark     what a reader must know about the target as printed
    register   whose rows are counted, of REGISTERS
    """

    code: ClassVar[str]
    position: ClassVar[int]
    name: ClassVar[Any]
    unit: ClassVar[Unit]
    counted: ClassVar[Any] = ""
    target: ClassVar[float | None]
    direction: ClassVar[Direction] = Direction.AT_LEAST
    origin: ClassVar[Origin]
    how: ClassVar[Any]
    who: ClassVar[Any]
    remark: ClassVar[Any] = ""
    register: ClassVar[str] = ""

    @abstractmethod
    def values(self, today: date) -> list[Value]:
        """One a fiscal year, oldest first, as known on that day."""

    def outlook(self, today: date) -> Outlook | None:
        """A forecast for the target day, where one can be made."""
        return None


class Entered(Indicator):
    """An indicator whose values people enter, each with evidence, and others approve."""

    origin = Origin.ENTERED
    who = _("OPDC; another person of OPDC approves")
    lowest: ClassVar[float]
    highest: ClassVar[float]

    def values(self, today: date) -> list[Value]:
        rows = IndicatorValue.objects.filter(
            indicator=self.code, state=IndicatorValue.State.APPROVED, as_of__lte=today
        )
        newest = {row.fiscal_year: row for row in rows.order_by("decided_at", "pk")}
        return [_value_of(newest[year]) for year in sorted(newest)]


def _value_of(row: IndicatorValue) -> Value:
    return Value(
        row.fiscal_year,
        row.value,
        row.as_of,
        row.source,
        link=row.link or reverse("analytics:evidence", args=[row.pk]),
        simulated=row.simulated,
    )


class Rank(Entered):
    unit = Unit.RANK
    direction = Direction.AT_MOST
    lowest = 1


class IndexScore(Entered):
    unit = Unit.SCORE
    lowest, highest = 0, 1


class Registered(Indicator):
    """An indicator that is counted from a register, at the end of each year and today."""

    origin = Origin.REGISTERED
    who = _("each agency its own rows; OPDC approves")

    def days(self, today: date) -> list[tuple[int, date]]:
        """The fiscal years to show, each with the last day that is known of it."""
        years = range(FIRST_YEAR - 1, LAST_YEAR + 1)
        return [(y, min(last_day(y), today)) for y in years if first_day(y) <= today]
