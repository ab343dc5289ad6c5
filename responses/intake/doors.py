"""What senders name by its code, looked up once for many: places, links and open doors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from responses.intake.door import Door, NotAccepted
from responses.models import Response
from surveys import clock
from surveys.models import Channel, EntryPoint, Service, ServicePoint, Wave
from surveys.remembered import remembered
from surveys.waves import accepting_wave


@remembered
def service_called(code: str) -> Service | None:
    return Service.objects.filter(code=code).first()


@remembered
def channel_called(code: str) -> Channel | None:
    return Channel.objects.filter(code=code).first()


@remembered
def point_called(code: str, agency_id: int) -> ServicePoint | None:
    return ServicePoint.objects.filter(code=code, agency=agency_id).first()


@remembered
def points_of(agency_id: int) -> Sequence[ServicePoint]:
    return list(ServicePoint.objects.filter(agency=agency_id).order_by("code"))


@remembered
def wave_called(code: str) -> Wave | None:
    return Wave.objects.filter(code=code).first()


@remembered
def link_at(slug: str) -> EntryPoint | None:
    links = EntryPoint.objects.select_related("service__agency", "channel", "service_point")
    return links.filter(slug=slug).first()


def with_its_place(response: Response) -> Response:
    """The response with wave, service and channel as they are remembered: whoever shows it need
    not look them up."""
    response.wave = _wave(response.wave_id)
    response.service = _service(response.service_id)
    response.channel = _channel(response.channel_id)
    return response


@remembered
def _wave(pk: int) -> Wave:
    return Wave.objects.select_related("questionnaire").get(pk=pk)


@remembered
def _service(pk: int) -> Service:
    return Service.objects.select_related("agency").get(pk=pk)


@remembered
def _channel(pk: int) -> Channel:
    return Channel.objects.get(pk=pk)


def door_to(service: Service, channel: Channel, wave: str = "") -> Door | None:
    """The door of the wave that takes answers about this service on this channel, today or, where
    a wave is named, as long as that one is open."""
    accepting = _accepting(service.pk, channel.pk, wave, clock.today())
    return _door(accepting) if accepting else None


@remembered
def _accepting(service_id: int, channel_id: int, code: str, today: date) -> int | None:
    wave = accepting_wave(Service(pk=service_id), Channel(pk=channel_id), code)
    return wave.pk if wave else None


@remembered
def _door(wave_id: int) -> Door | None:
    """One door a wave, so that its questions are looked up once."""
    try:
        return Door(_wave(wave_id))
    except NotAccepted:
        return None
