"""Reported encounters in the frame: each once, by service, channel and month, with a contact or
without.

Where encounters come from two sources they would count twice, so an agency has one in each wave. An
agency of which the frame holds nothing is counted from its log from the first encounter on. Where
figures were brought in by a file they stay, until the survey office says that the log takes their
place (`count_from_log`).
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from surveys.holding import hold
from surveys.models import (
    Agency,
    CountedFromLog,
    Encounter,
    Frame,
    FrameCell,
    OpeningCounts,
    Service,
    Wave,
)
from surveys.sampling.planning import planned_draw

Places = Counter[tuple[int, int, date]]
"""Encounters by service, channel and first day of the month."""


def logged_services(frame: Frame) -> set[int]:
    """The services whose encounters the frame counts from a log, and from nothing else."""
    agencies = CountedFromLog.objects.filter(wave__frame=frame).values("agency")
    return set(Service.objects.filter(agency__in=agencies).values_list("pk", flat=True))


@transaction.atomic
def count_from_log(wave: Wave, agency: Agency) -> int:
    """Count the agency's encounters from its log alone; what the frame held of it goes. Returns the
    encounters counted so far. Raise ValidationError where the frame can no longer change."""
    hold(wave.pk)
    planned_draw(wave)  # held, so that no report is stored meanwhile
    check_may_count(wave)
    _made, new = CountedFromLog.objects.get_or_create(wave=wave, agency=agency)
    cells = FrameCell.objects.filter(frame=wave.frame_id, service__agency=agency)
    if new:
        pairs = set(cells.values_list("service", "channel"))
        cells.delete()
        encounters = Encounter.objects.filter(wave=wave, agency=agency)
        counted = _places(encounters.values_list("service", "channel", "happened_on").iterator())
        # A pair without an encounter yet stays in the frame: the wave asks about it.
        begins = wave.starts_on.replace(day=1)
        counted.update({(*pair, begins): 0 for pair in pairs - {place[:2] for place in counted}})
        _add(wave, counted)
    return cells.aggregate(total=models.Sum("encounters"))["total"] or 0


def keep_opening_counts(wave: Wave) -> None:
    """What the frame counts as the wave opens; what a log counts has only begun."""
    cells = FrameCell.objects.filter(frame=wave.frame_id).order_by("pk")
    cells = cells.exclude(service__in=logged_services(wave.frame))
    columns = ("service_id", "channel_id", "starts_on", "ends_on", "encounters")
    kept = [
        [service, channel, first.isoformat(), last.isoformat(), encounters]
        for service, channel, first, last, encounters in cells.values_list(*columns)
    ]
    OpeningCounts.objects.create(wave=wave, cells=kept)


def check_may_count(wave: Wave) -> None:
    """Raise ValidationError where encounters cannot be counted into the wave's frame."""
    frame = Frame.objects.get(pk=wave.frame_id)
    if frame.frozen_at:
        raise ValidationError(
            _("Frame %(frame)s is in use by a wave that has closed: it can no longer count.")
            % {"frame": frame.code}
        )
    if Wave.objects.filter(frame=frame).exclude(pk=wave.pk).exists():
        raise ValidationError(
            _("Frame %(frame)s serves another wave too. Give this wave a frame of its own.")
            % {"frame": frame.code}
        )


def asked_elsewhere(wave: Wave) -> set[tuple[int, int]]:
    """The services and channels about which another open wave asks in the same days: counted here
    too, they would draw its answers away from it."""
    others = Wave.objects.filter(
        state=Wave.State.OPEN,
        simulated=wave.simulated,
        starts_on__lte=wave.ends_on,
        ends_on__gte=wave.starts_on,
    ).exclude(pk=wave.pk)
    cells = FrameCell.objects.filter(frame__in=others.values("frame"))
    return set(cells.values_list("service", "channel").distinct())


def add_to_frame(wave: Wave, encounters: Iterable[Encounter]) -> None:
    """Count these, which were not stored before, where their agency is counted from its log. In the
    transaction that stores them."""
    logged = set(CountedFromLog.objects.filter(wave=wave).values_list("agency", flat=True))
    _add(
        wave,
        _places(
            (encounter.service_id, encounter.channel_id, encounter.happened_on)
            for encounter in encounters
            if encounter.agency_id in logged
        ),
    )


def _places(encounters: Iterable[tuple[int, int, date]]) -> Places:
    return Counter((service, channel, day.replace(day=1)) for service, channel, day in encounters)


def _add(wave: Wave, counted: Places) -> None:
    """Held by the draw that is planned, nobody else counts into this frame meanwhile."""
    before = {
        (cell.service_id, cell.channel_id, cell.starts_on): cell.encounters
        for cell in FrameCell.objects.filter(
            frame=wave.frame_id,
            service__in={service for service, _channel, _month in counted},
            starts_on__in={month for _service, _channel, month in counted},
        )
    }
    FrameCell.objects.bulk_create(
        [
            FrameCell(
                frame_id=wave.frame_id,
                service_id=service,
                channel_id=channel,
                starts_on=month,
                ends_on=month.replace(day=monthrange(month.year, month.month)[1]),
                encounters=before.get((service, channel, month), 0) + number,
            )
            for (service, channel, month), number in counted.items()
        ],
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["frame", "service", "channel", "starts_on"],
        update_fields=["ends_on", "encounters"],
    )
