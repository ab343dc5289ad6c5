"""From what a collecting system sends to responses at the one door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from responses.api.reading import Item
from responses.intake.answers import AnswerError, check_answers
from responses.intake.asking import asked_in
from responses.intake.door import Door, Submission
from responses.intake.doors import channel_called, door_to, point_called, service_called
from responses.models import Response
from responses.models.collecting_system import Sender
from responses.models.columns import Checked
from responses.redaction import redacted
from surveys import clock
from surveys.models import Channel, Service, ServicePoint, Wave

CLOCKS_DIFFER = timedelta(minutes=5)
API = Response.Source.API


class Reason(Enum):
    INVALID = "invalid"
    NOT_ALLOWED = "not-allowed"
    NOT_OPEN = "not-open"
    KEY_USED = "key-used"


class Refused(Exception):
    """A response that is not stored: why, and what is wrong by field."""

    def __init__(self, reason: Reason, field: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.errors = {field: message}


@dataclass(frozen=True)
class Place:
    service: Service
    channel: Channel
    point: ServicePoint | None


def locate(sender: Sender, item: Item) -> Place:
    """Where the encounter was. Raise Refused for a code that is not there, or not the sender's."""
    service = service_called(item.service)
    channel = channel_called(item.channel)
    if service is None:
        raise _unknown("service", item.service)
    if channel is None:
        raise _unknown("channel", item.channel)
    for field, code, allowed in (
        ("service", item.service, service.agency_id in sender.agencies),
        ("channel", item.channel, channel.pk in sender.channels),
    ):
        if not allowed:
            message = _("This key may not send for “%(code)s”.") % {"code": code}
            raise Refused(Reason.NOT_ALLOWED, field, message)
    if item.service_point is None:
        return Place(service, channel, None)
    point = point_called(item.service_point, service.agency_id)
    if point is None:
        raise _unknown("service_point", item.service_point)
    return Place(service, channel, point)


def _unknown(field: str, code: str) -> Refused:
    message = _("“%(code)s” is not in the registry.") % {"code": code}
    return Refused(Reason.INVALID, field, message)


def key_of(sender: Sender, key: str, source: Response.Source = API) -> str:
    """The key as it is stored: the sender's own, so that no other can meet it or ask for it."""
    return f"{_keys_of(sender, source)}{sha256(key.encode()).hexdigest()[:40]}"


def _keys_of(sender: Sender, source: Response.Source) -> str:
    return f"{source.value}:{sender.pk}:"


def was_sent_by(sender: Sender, response: Response) -> bool:
    return response.submission_key.startswith(_keys_of(sender, API))


def door_for(place: Place, item: Item) -> Door:
    """Raise Refused where no wave takes it."""
    door = door_to(place.service, place.channel, item.wave or "")
    if door is None:
        raise not_open(item)
    return door


def not_open(item: Item) -> Refused:
    message = _("No wave is open for this service on this channel.")
    if item.wave:
        message = _("Wave %(wave)s is not open for this service on this channel.") % {
            "wave": item.wave
        }
    return Refused(Reason.NOT_OPEN, "wave", message)


def check(
    sender: Sender,
    door: Door,
    place: Place,
    item: Item,
    key: str,
    source: Response.Source = API,
) -> Checked:
    """The response as it would be stored. Raise Refused."""
    if item.answered_at:
        _check_time(door.wave, item.answered_at)
    submission = Submission(
        key=key,
        service=place.service,
        channel=place.channel,
        service_point=place.point,
        answers=item.answers,
        answered_at=item.answered_at,
        language=item.language or "",
        source=source,
        own=not sender.independent,
    )
    try:
        checked = door.check(submission)
    except AnswerError as error:
        field = f"answers.{error.question[:60]}"
        raise Refused(Reason.INVALID, field, error.message) from None
    if not checked.answers:
        raise Refused(Reason.INVALID, "answers", _("Nothing is answered."))
    return checked


def late_words() -> str:
    """What a program is told of an answer that is stored and not counted."""
    return _("It came too long after it was answered: it is kept, but set aside.")


def _check_time(wave: Wave, answered_at: datetime) -> None:
    message = ""
    if answered_at > clock.now() + CLOCKS_DIFFER:
        message = _("This time lies in the future.")
    elif not _midnight(wave.starts_on) <= answered_at < _midnight(wave.ends_on, days=1):
        message = _("This time lies outside wave %(wave)s.") % {"wave": wave.code}
    if message:
        raise Refused(Reason.INVALID, "answered_at", message)


def _midnight(day: object, days: int = 0) -> datetime:
    start = datetime.combine(day, time.min) + timedelta(days=days)  # type: ignore[arg-type]
    return timezone.make_aware(start)


def compare(stored: Response, place: Place, item: Item) -> Response:
    """What is stored, where the item says the same. Raise Refused where it says otherwise."""
    if not says_the_same(stored, place, item):
        message = _("This key has been used for a response with other content.")
        raise Refused(Reason.KEY_USED, "key", message)
    return stored


def says_the_same(stored: Response, place: Place, item: Item) -> bool:
    if stored.disposition == Response.Disposition.ERASED:
        return True  # nobody can tell any more, and it shall not be stored again
    if (stored.service_id, stored.channel_id, stored.service_point_id, stored.language) != (
        place.service.pk,
        place.channel.pk,
        place.point.pk if place.point else None,
        item.language or "",
    ):
        return False
    if item.answered_at and item.answered_at != stored.answered_at:
        return False
    if item.wave and item.wave != stored.wave.code:
        return False
    try:
        asked = asked_in(stored.wave_id, place.service, place.channel)
        answers = check_answers(asked, item.answers)
    except AnswerError:
        return False
    sent = _as_sent(stored)
    # What was stored while fewer kinds of personal data were known still counts as the same.
    return answers in (sent, redacted(sent))


def _as_sent(stored: Response) -> dict[str, Any]:
    if stored.revision == 1:
        return stored.answers
    first = stored.history.order_by("number").first()
    return first.before["answers"] if first else stored.answers
