"""Encounters through central portals, counted from the frame period by period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from analytics.estimation.forecast import drift_forecast
from analytics.scorecard.values import Outlook, Value
from analytics.scorecard.years import BEGAN, ENDS, years_since
from surveys.models import Frame, FrameCell
from surveys.thai_dates import fiscal_year_be


@dataclass(frozen=True)
class Period:
    """The encounters of a frame in one period that has ended."""

    frame_id: int
    starts_on: date
    ends_on: date
    total: int
    by_portal: int

    @property
    def share(self) -> float:
        return self.by_portal / self.total


def periods(today: date) -> list[Period]:
    """Of each fiscal year the periods of one frame: the one with the finest, of equals the last."""
    rows = (
        FrameCell.objects.filter(ends_on__lte=today)
        .values("frame_id", "starts_on", "ends_on")
        .annotate(
            total=Sum("encounters"),
            by_portal=Sum("encounters", filter=Q(channel__portal=True), default=0),
        )
        .order_by("starts_on", "ends_on")
    )
    frames: dict[int, dict[int, list[Period]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        period = Period(**row)
        if period.total:
            frames[fiscal_year_be(period.starts_on)][period.frame_id].append(period)
    finest = [
        max(of_year.values(), key=lambda found: (len(found), found[0].frame_id))
        for _year, of_year in sorted(frames.items())
    ]
    return [period for found in finest for period in found]


def by_year(today: date) -> list[Value]:
    years: dict[int, list[Period]] = defaultdict(list)
    for period in periods(today):
        years[fiscal_year_be(period.starts_on)].append(period)
    return [_value(found) for found in years.values()]


def outlook(today: date) -> Outlook | None:
    """The share in the last period of the strategy, from the periods since it began."""
    found = [period for period in periods(today) if period.starts_on > BEGAN]
    if len(found) < 2 or found[-1].ends_on >= ENDS or _overlap(found):
        return None
    made = drift_forecast(
        [years_since(period.ends_on) for period in found],
        [period.share for period in found],
        years_since(ENDS),
    )
    if made is None:
        return None
    interval = made.interval
    last = _value(found[-1:])
    return Outlook(made.value, interval.low, interval.high, ENDS, len(found), last)


def _overlap(found: list[Period]) -> bool:
    return any(later.starts_on <= earlier.ends_on for earlier, later in pairwise(found))


def _value(found: list[Period]) -> Value:
    """The share over these periods of one frame."""
    frame = Frame.objects.get(pk=found[0].frame_id)
    by_portal = sum(period.by_portal for period in found)
    total = sum(period.total for period in found)
    return Value(
        fiscal_year_be(found[0].starts_on),
        by_portal / total,
        max(period.ends_on for period in found),
        _("frame %(frame)s") % {"frame": frame.code},
        of=_("%(part)s of %(whole)s") % {"part": f"{by_portal:,}", "whole": f"{total:,}"},
        simulated=frame.is_simulated(),
    )
