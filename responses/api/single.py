"""One response, sent alone."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils import translation

from responses.api.access import sender_of
from responses.api.reading import (
    SINGLE_LIMIT,
    Item,
    body_of,
    decode,
    idempotency_key,
)
from responses.api.sending import (
    API,
    Reason,
    Refused,
    check,
    compare,
    door_for,
    key_of,
    late_words,
    locate,
    not_open,
    says_the_same,
)
from responses.intake.door import NotAccepted, Received
from responses.models import Response
from responses.models.collecting_system import Sender


def receive_request(request: HttpRequest) -> tuple[int, bytes]:
    """Store what the request sends: status and body of the answer. Raise what the view does."""
    received = receive_sent(request, sender_of(request))
    if not received.late:
        return status_of(received), msgspec.json.encode(told(received))
    with translation.override(translation.get_language_from_request(request)):
        return status_of(received), msgspec.json.encode(told(received))


def receive_sent(request: HttpRequest, sender: Sender) -> Received:
    """Store what the request of this sender sends. Raise Problem, Refused or
    MalformedError."""
    key = idempotency_key(request)
    return receive_one(sender, decode(body_of(request, SINGLE_LIMIT), Item), key)


def status_of(received: Received) -> int:
    return 201 if received.created else 200


def told(received: Received) -> dict[str, Any]:
    """What the sender is told."""
    status = "stored" if received.created else "already_stored"
    result: dict[str, Any] = {"status": status, "receipt": received.receipt}
    if received.late:
        result["warnings"] = {"answered_at": late_words()}
    return result


def receive_one(sender: Sender, item: Item, key: str, source: Response.Source = API) -> Received:
    """Store it once, however often it is sent. Raise Refused."""
    place = locate(sender, item)
    stored_key = key_of(sender, key, source)
    try:
        door = door_for(place, item)
        checked = check(sender, door, place, item, stored_key, source)
        try:
            if door.store_new([checked]):
                return Received(checked.receipt, created=True, late=door.is_late(checked))
        except NotAccepted:
            raise not_open(item) from None
    except Refused as refused:
        # Sent again after its wave has closed, or when the next one asks otherwise, it is still
        # stored.
        stored = _stored(stored_key, source)
        if stored is None:
            raise
        if refused.reason == Reason.INVALID and not says_the_same(stored, place, item):
            raise
    else:
        stored = _stored(stored_key, source)
        if stored is None:
            raise RuntimeError(f"not stored, and not there: {stored_key}")
    return Received(compare(stored, place, item).receipt, created=False)


def _stored(key: str, source: Response.Source) -> Response | None:
    sent = Response.objects.filter(source=source, submission_key=key)
    return sent.select_related("wave").first()
