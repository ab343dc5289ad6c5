"""Many responses in one request: each is stored or refused for itself."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

from responses.api.reading import KeyedItem, MalformedError, decode
from responses.api.sending import (
    Place,
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
from responses.intake.door import Door, NotAccepted
from responses.models import Response
from responses.models.collecting_system import Sender
from responses.models.columns import Checked

STORED, ALREADY_STORED, REJECTED = "stored", "already_stored", "rejected"


@dataclass
class _Row:
    """One item on its way: where it is from, what it would be stored as, what became of it."""

    item: KeyedItem | None = None
    place: Place | None = None
    key: str = ""
    checked: Checked | None = None
    refused: Refused | None = None
    status: str = REJECTED
    receipt: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    late: bool = False

    def result(self, index: int) -> dict[str, Any]:
        warnings = {"warnings": {"answered_at": late_words()}} if self.late else {}
        return {
            "index": index,
            "status": self.status,
            "receipt": self.receipt,
            "errors": self.errors,
            **warnings,
        }


def receive_batch(sender: Sender, items: Sequence[msgspec.Raw]) -> list[dict[str, Any]]:
    """What became of each, in the order sent. Good ones are stored whatever the bad ones are."""
    rows = [_Row() for _item in items]
    prepare = _Preparing(sender)
    waiting: dict[int, tuple[Door, list[_Row]]] = {}
    unsettled: list[_Row] = []
    seen: set[str] = set()
    for row, raw in zip(rows, items, strict=True):
        try:
            door = prepare(row, raw)
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


class _Preparing:
    """Makes rows ready to be stored; most of a batch are about few places."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self._known: dict[tuple[str | None, ...], tuple[Place, Door | None]] = {}

    def __call__(self, row: _Row, raw: msgspec.Raw) -> Door | None:
        """The door at which the row can be stored, if any is open and takes it. Raise
        MalformedError, or Refused for a place that is not there or not the sender's."""
        row.item = item = decode(raw, KeyedItem)
        row.place, door = self._where(item)
        row.key = key_of(self.sender, item.key)
        try:
            row.checked = check(self.sender, door, row.place, item, row.key) if door else None
        except Refused as refused:
            row.refused = refused
        return door if row.checked else None

    def _where(self, item: KeyedItem) -> tuple[Place, Door | None]:
        named = (item.service, item.channel, item.service_point, item.wave)
        if known := self._known.get(named):
            return known
        place, door = locate(self.sender, item), None
        with suppress(Refused):  # none is open, but they may have been stored while one was
            door = door_for(place, item)
        self._known[named] = place, door
        return place, door


def _store(door: Door, rows: list[_Row]) -> list[_Row]:
    """Store what is new; returns the others."""
    try:
        stored = door.store_new([row.checked for row in rows if row.checked])
    except NotAccepted:
        return rows
    receipts = {checked.submission_key: checked.receipt for checked in stored}
    others = []
    for row in rows:
        if row.key in receipts:
            row.status, row.receipt = STORED, receipts[row.key]
            row.late = row.checked is not None and door.is_late(row.checked)
        else:
            others.append(row)
    return others


def _settle(rows: list[_Row]) -> None:
    """Rows that were not new, or that no wave takes, or not the one of today: they may have been
    stored before."""
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
        response = stored.get(row.key)
        try:
            if response is None:
                raise row.refused or not_open(row.item)
            if row.refused and not says_the_same(response, row.place, row.item):
                raise row.refused
            compare(response, row.place, row.item)
        except Refused as refused:
            row.errors = refused.errors
        else:
            row.status, row.receipt = ALREADY_STORED, response.receipt
