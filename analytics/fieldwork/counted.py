"""How many encounters a place had in a wave's days, by what its lists have no part in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Min
from django.utils.timezone import localtime

from analytics.domains.partitions import Place, Registry
from surveys import clock
from surveys.models import CountedFromLog, FrameCell, OpeningCounts, Wave

FIRST_DAYS = 7
"""Agencies send daily or weekly: before, a short list says nothing."""


@dataclass(frozen=True)
class Known:
    """What else is known of a place's encounters: in all, in the wave's days up to the last list,
    and in those since the log was open. `own`: by the frame as it is; else an earlier count."""

    whole: float
    until: float
    since: float
    own: bool = True


def known_encounters(wave: Wave, registry: Registry) -> dict[Place, Known]:
    """By the frame; for agencies that their own log counts by what it took the place of, or by the
    earlier wave's."""
    draws = wave.draws.exclude(list_closed_at=None).aggregate(
        since=Min("committed_at"), until=Max("list_closed_at")
    )
    if draws["until"] is None:
        return {}
    until = min(localtime(draws["until"]).date(), wave.ends_on)
    since = max(localtime(draws["since"]).date(), wave.starts_on)
    whole_days = until - timedelta(days=1)  # of the last day only a part is listed
    own = {service.pk for service in registry.services.values()} - _logged(wave, registry)
    brought = {p: cells for p, cells in _frame(wave.frame_id).items() if p[0] in own}
    replaced = {p: cells for p, cells in _at_opening(wave).items() if p[0] not in own}
    known = {}
    for place, cells in (brought | replaced).items():
        after = _within(cells, since, whole_days) if _enough(since, whole_days) else 0.0
        until_then = _within(cells, wave.starts_on, until)
        known[place] = Known(_in_all(cells), until_then, after, own=place in brought)
    before = _earlier(wave)
    for place, cells in _frame(before).items() if before else ():
        if place[0] not in own and place not in replaced:
            a_day = _in_all(cells) / _days(cells)
            days = (until - wave.starts_on).days + 1
            after = a_day * ((whole_days - since).days + 1) if _enough(since, whole_days) else 0.0
            known[place] = Known(_in_all(cells), a_day * days, after, own=False)
    return known


def _enough(first: date, last: date) -> bool:
    return (last - first).days + 1 >= FIRST_DAYS


def _logged(wave: Wave, registry: Registry) -> set[int]:
    agencies = set(CountedFromLog.objects.filter(wave=wave).values_list("agency", flat=True))
    return {pk for pk, service in registry.services.items() if service.agency_id in agencies}


def _earlier(wave: Wave) -> int | None:
    """The frame of the last wave that was over before this one began; what closes after this one
    changes nothing of it any more."""
    ended = Wave.objects.filter(ends_on__lt=wave.starts_on).exclude(frame=wave.frame_id)
    ended = ended.filter(closed_at__lt=wave.closed_at or clock.now())
    return ended.order_by("-ends_on").values_list("frame", flat=True).first()


_Cell = tuple[date, date, int]
"""First day, last day, encounters."""


def _at_opening(wave: Wave) -> dict[Place, list[_Cell]]:
    """What a file had brought in when the wave opened, whatever has taken its place since."""
    cells: dict[Place, list[_Cell]] = defaultdict(list)
    kept = OpeningCounts.objects.values_list("cells", flat=True).filter(wave=wave).first() or []
    for service, channel, first, last, encounters in kept:
        period = date.fromisoformat(first), date.fromisoformat(last)
        cells[service, channel].append((*period, encounters))
    return cells


def _frame(frame: int) -> dict[Place, list[_Cell]]:
    cells: dict[Place, list[_Cell]] = defaultdict(list)
    rows = FrameCell.objects.filter(frame=frame).order_by("starts_on")
    for service, channel, first, last, encounters in rows.values_list(
        "service_id", "channel_id", "starts_on", "ends_on", "encounters"
    ):
        cells[service, channel].append((first, last, encounters))
    return cells


def _in_all(cells: Sequence[_Cell]) -> float:
    return float(sum(encounters for _first, _last, encounters in cells))


def _days(cells: Sequence[_Cell]) -> int:
    return sum((last - first).days + 1 for first, last, _encounters in cells)


def _within(cells: Sequence[_Cell], first: date, last: date) -> float:
    """Encounters of these days, each period's spread evenly over it."""
    return sum(
        encounters
        * max((min(last, ends) - max(first, starts)).days + 1, 0)
        / ((ends - starts).days + 1)
        for starts, ends, encounters in cells
    )
