"""Many responses in one request: each is stored or refused for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from responses.api.reading import KeyedItem, MalformedError, decode
from responses.api.sending import Place, Refused, check, compare, door_for, key_of, locate, not_open
from responses.collecting_system import Sender
from responses.intake import Door, NotAccepted
from responses.models import Response

STORED, ALREADY_STORED, REJECTED = "stored", "already_stored", "rejected"


@dataclass
class _Row:
    """One item on its way: where it is from, what it would be stored as, what became of it."""

    item: KeyedItem | None = None
    place: Place | None = None
    key: str = ""
    response: Response | None = None
    created: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    def result(self, index: int) -> dict[str, Any]:
        if self.errors or self.response is None:
            return {"index": index, "status": REJECTED, "receipt": None, "errors": self.errors}
        status = STORED if self.created else ALREADY_STORED
        return {"index": index, "status": status, "receipt": self.response.receipt, "errors": {}}


def receive_batch(sender: Sender, items: Sequence[msgspec.Raw]) -> list[dict[str, Any]]:
    """What became of each, in the order sent. Good ones are stored whatever the bad ones are."""
    rows = [_Row() for _item in items]
    waiting: dict[int, tuple[Door, list[_Row]]] = {}
    unsettled: list[_Row] = []
    seen: set[str] = set()
    for row, raw in zip(rows, items, strict=True):
        try:
            door = _prepare(sender, row, raw)
        except MalformedError as error:
            row.errors = dict(error.errors)
            continue
        except Refused as refused:
            row.errors = refused.errors
            continue
        if door is None or row.key in seen:
            unsettled.append(row)
            continue
        seen.add(row.key)
        waiting.setdefault(door.wave.pk, (door, []))[1].append(row)
    for door, group in waiting.values():
        unsettled += _store(door, group)
    _settle(unsettled)
    return [row.result(index) for index, row in enumerate(rows)]


def _prepare(sender: Sender, row: _Row, raw: msgspec.Raw) -> Door | None:
    """The door at which the row can be stored, if any is open. Raise MalformedError or Refused."""
    row.item = item = decode(raw, KeyedItem)
    row.place = place = locate(sender, item)
    row.key = key_of(sender, item.key)
    try:
        door = door_for(place, item)
    except Refused:
        return None
    row.response = check(door, place, item, row.key)
    return door


def _store(door: Door, rows: list[_Row]) -> list[_Row]:
    """Store what is new; returns the others."""
    try:
        stored = door.store_new([row.response for row in rows if row.response])
    except NotAccepted:
        return rows
    new = {response.submission_key for response in stored}
    for row in rows:
        row.created = row.key in new
    return [row for row in rows if not row.created]


def _settle(rows: list[_Row]) -> None:
    """Rows that were not new, or that no wave takes: they may have been stored before."""
    if not rows:
        return
    stored = {
        response.submission_key: response
        for response in Response.objects.filter(
            source=Response.Source.API, submission_key__in=[row.key for row in rows]
        ).select_related("wave")
    }
    for row in rows:
        assert row.item is not None
        assert row.place is not None
        row.response = stored.get(row.key)
        try:
            if row.response is None:
                raise not_open(row.item)
            compare(row.response, row.place, row.item)
        except Refused as refused:
            row.errors = refused.errors
