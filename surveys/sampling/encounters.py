"""What agencies report: checked one by one, stored once, counted into the frame.

Of the agency's own number a keyed hash is kept, of the time the day, of the contact what is needed
to ask, encrypted, until a draw has passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import clock
from surveys.holding import hold
from surveys.models import (
    Channel,
    CountedFromLog,
    Encounter,
    FrameCell,
    Service,
    ServicePoint,
    Wave,
    WaveKey,
)
from surveys.rejections import Rejected
from surveys.remembered import remembered
from surveys.sampling.contacts import ContactError, contact_from
from surveys.sampling.counting import add_to_frame, asked_elsewhere, check_may_count
from surveys.sampling.hashed import WaveHash
from surveys.sampling.planning import planned_draw
from surveys.sampling.sealing import seal

CLOCKS_DIFFER = timedelta(minutes=5)
NUMBER_LIMIT = 200
STORED, ALREADY_STORED = "stored", "already_stored"


class LogClosed(Exception):
    """The wave takes no encounters; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """An encounter as it is reported. `encounter` is the agency's own number of it."""

    encounter: str
    service: str
    channel: str
    time: datetime
    service_point: str = ""
    email: str = ""
    telephone: str = ""
    line: str = ""
    language: str = ""


class _Registry(NamedTuple):
    services: dict[str, tuple[int, int, str]]
    channels: dict[str, int]


@remembered
def _registry() -> _Registry:
    services = Service.objects.values_list("code", "pk", "agency_id", "agency__code")
    return _Registry(
        {code: (pk, agency, agency_code) for code, pk, agency, agency_code in services},
        dict(Channel.objects.values_list("code", "pk")),
    )


@remembered
def _points(agency: int) -> dict[str, int]:
    return dict(ServicePoint.objects.filter(agency=agency).values_list("code", "pk"))


class EncounterLog:
    """The log of one wave, as one reporter may write it: for these agencies and channels, or for
    all where none are named."""

    def __init__(
        self,
        wave: Wave,
        *,
        agencies: AbstractSet[int] | None = None,
        channels: AbstractSet[int] | None = None,
    ) -> None:
        """Raise LogClosed."""
        if wave.state not in (Wave.State.DRAFT, Wave.State.OPEN):
            raise LogClosed(_("Wave %(wave)s has closed.") % {"wave": wave.code})
        try:
            self._hash = WaveHash(wave)
        except WaveKey.DoesNotExist:
            raise LogClosed(
                _(
                    "No draw is planned in wave %(wave)s. The survey office plans one first, so "
                    "that its secret is fixed before the encounters are known."
                )
                % {"wave": wave.code}
            ) from None
        self.wave = wave
        self._begins = _midnight(wave.starts_on)
        self._ends = _midnight(wave.ends_on, days=1)
        self._agencies = agencies
        self._channels = channels
        frame = FrameCell.objects.filter(frame=wave.frame_id)
        self._asked = set(frame.values_list("service", "channel").distinct())
        self._elsewhere = asked_elsewhere(wave) - self._asked
        self._brought_in = set(frame.values_list("service__agency", flat=True).distinct())
        self._logged = set(
            CountedFromLog.objects.filter(wave=wave).values_list("agency", flat=True)
        )

    def check(self, report: Report) -> Encounter:
        """The encounter as it would be stored. Raise Rejected."""
        number = report.encounter.strip()
        if not number or len(number) > NUMBER_LIMIT:
            raise Rejected(
                "encounter",
                report.encounter,
                _("Each encounter has a number of its own, of at most 200 characters."),
            )
        service, agency, agency_code = self._service(report.service)
        channel = self._channel(report.channel)
        if agency not in self._logged and agency in self._brought_in:
            self._check_asked(service, channel, report)
        self._check_not_elsewhere(service, channel, report)
        try:
            contact = contact_from(
                email=report.email,
                telephone=report.telephone,
                line=report.line,
                language=report.language,
            )
        except ContactError as error:
            raise Rejected(error.field, getattr(report, error.field), error.message) from None
        return Encounter(
            wave_id=self.wave.pk,
            agency_id=agency,
            key=self._hash.encounter(agency_code, number),
            service_id=service,
            channel_id=channel,
            service_point_id=_point(report.service_point, agency),
            happened_on=self._day(report.time),
            contact=seal(contact._asdict()) if contact else None,
            contact_mark=self._hash.contact(*contact) if contact else "",
            reachable=contact is not None,
        )

    def store(self, encounters: Sequence[Encounter]) -> list[str | Rejected]:
        """What became of each: stored, already stored, or rejected. Raise LogClosed."""
        with transaction.atomic():
            hold(self.wave.pk)
            # Held, so that no list closes and no other report is stored meanwhile.
            draw = planned_draw(self.wave)
            if draw is None:
                raise LogClosed(_("Wave %(wave)s has closed.") % {"wave": self.wave.code})
            known = {
                (encounter.agency_id, encounter.key): encounter
                for encounter in Encounter.objects.filter(
                    wave=self.wave, key__in=[encounter.key for encounter in encounters]
                )
            }
            new: list[Encounter] = []
            results: list[str | Rejected] = []
            for encounter in encounters:
                before = known.get((encounter.agency_id, encounter.key))
                if before is None:
                    # Hosts' clocks differ; that it came after the commitment is certain.
                    encounter.received_at = max(clock.now(), draw.committed_at)
                    known[encounter.agency_id, encounter.key] = encounter
                    new.append(encounter)
                    results.append(STORED)
                elif fields := _differing(before, encounter):
                    results.append(_changed(fields[0]))
                else:
                    results.append(ALREADY_STORED)
            Encounter.objects.bulk_create(new, batch_size=1_000)
            self._count(new)
        return results

    def _count(self, new: Sequence[Encounter]) -> None:
        """An agency of which the frame holds nothing is counted from its log."""
        for agency in {encounter.agency_id for encounter in new} - self._brought_in - self._logged:
            try:
                check_may_count(self.wave)
            except ValidationError as error:
                raise LogClosed(error.messages[0]) from None
            CountedFromLog.objects.get_or_create(wave=self.wave, agency_id=agency)
        add_to_frame(self.wave, new)

    def _service(self, code: str) -> tuple[int, int, str]:
        found = _registry().services.get(code)
        if found is None:
            raise _unknown("service", code)
        if self._agencies is not None and found[1] not in self._agencies:
            raise _not_allowed("service", code)
        return found

    def _channel(self, code: str) -> int:
        found = _registry().channels.get(code)
        if found is None:
            raise _unknown("channel", code)
        if self._channels is not None and found not in self._channels:
            raise _not_allowed("channel", code)
        return found

    def _check_asked(self, service: int, channel: int, report: Report) -> None:
        if (service, channel) not in self._asked:
            raise Rejected(
                "channel",
                report.channel,
                _(
                    "The frame of wave %(wave)s has no encounters of “%(service)s” on this "
                    "channel. Ask the survey office to count this agency from its reports."
                )
                % {"wave": self.wave.code, "service": report.service},
            )

    def _check_not_elsewhere(self, service: int, channel: int, report: Report) -> None:
        if (service, channel) in self._elsewhere:
            raise Rejected(
                "channel",
                report.channel,
                _("Another open wave asks about “%(service)s” on this channel in these days.")
                % {"service": report.service},
            )

    def _day(self, time: datetime) -> date:
        message = ""
        if time > clock.now() + CLOCKS_DIFFER:
            message = _("This time lies in the future.")
        elif not self._begins <= time < self._ends:
            message = _("This time lies outside wave %(wave)s.") % {"wave": self.wave.code}
        if message:
            raise Rejected("time", time.isoformat(), message)
        return timezone.localtime(time).date()


def _midnight(day: date, days: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()) + timedelta(days=days))


def _point(code: str, agency: int) -> int | None:
    if not code:
        return None
    point = _points(agency).get(code)
    if point is None:
        raise _unknown("service_point", code)
    return point


def _unknown(field: str, code: str) -> Rejected:
    return Rejected(field, code, _("“%(code)s” is not in the registry.") % {"code": code})


def _not_allowed(field: str, code: str) -> Rejected:
    return Rejected(field, code, _("This key may not report “%(code)s”.") % {"code": code})


_COMPARED: dict[str, str] = {
    "service": "service_id",
    "channel": "channel_id",
    "service_point": "service_point_id",
    "time": "happened_on",
    "contact": "contact_mark",
}


def _differing(before: Encounter, now: Encounter) -> list[str]:
    """The fields that say otherwise. Once a draw has passed the contact is not known any more."""
    compared: dict[str, Any] = dict(_COMPARED)
    if before.selected is not None:
        del compared["contact"]
    return [
        name for name, column in compared.items() if getattr(before, column) != getattr(now, column)
    ]


def _changed(field: str) -> Rejected:
    return Rejected(field, "", _("This number has been used for an encounter with other content."))
