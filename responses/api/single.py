"""One response, sent alone."""

from __future__ import annotations

from responses.api.reading import Item
from responses.api.sending import (
    API,
    Reason,
    Refused,
    check,
    compare,
    door_for,
    key_of,
    locate,
    not_open,
    says_the_same,
)
from responses.intake.door import NotAccepted, Received
from responses.models import Response
from responses.models.collecting_system import Sender


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
