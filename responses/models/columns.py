"""The columns of a response, each declared once: its type, and what becomes of it.

What the door stores, what the log commits to, what erasing empties, what is exported and what its
owner is shown all derive from this table.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

KEPT: Any = object()


class Column(NamedTuple):
    """A column, or what is read through one: `path` leads to the value, as `values()` takes it."""

    path: str
    type: str = ""
    """How PostgreSQL reads it; blank where it is the same for every new response."""
    committed: int = 0
    """Its place in what the log commits to, under its own name: never changed. 0: not in it."""
    exported: str = ""
    shown: str = ""
    """Its name in the document that its owner may take; blank where it is not shown."""
    erased: Any = KEPT
    """What it becomes at its citizen's request."""
    once_counted: bool = False
    """Erased only when the erasure is counted and logged, for which it is still needed."""

    @property
    def name(self) -> str:
        return self.path.partition("__")[0]

    @property
    def stored_as(self) -> str:
        return f"{self.name}_id" if self.name != self.path else self.name


COLUMNS = (
    Column("id"),
    Column("wave__code"),
    Column("service__agency__code", exported="_agency", shown="agency"),
    Column("service__code", "bigint", 1, "_service", "service"),
    Column("channel__code", "bigint", 2, "_channel", "channel"),
    Column("service_point__code", "bigint", 3, "_service_point", "service_point"),
    Column("entry_point__slug", "bigint", shown="link", erased=None),
    Column("answers", "jsonb", shown="answers", erased={}),
    Column("overall", "smallint", erased=None),
    Column("answered_at", "timestamptz", 8, "_answered_at", "answered_at"),
    Column("received_at", "timestamptz", 0, "_received_at", "received_at"),
    Column("source", "text", 7, "_source", "source"),
    Column("selection", "text", 4, "_selection", "selection"),
    Column("language", "text", 0, "_language", "language", erased=""),
    Column("seconds", "integer", shown="seconds", erased=None),
    Column("device", "text", shown="device", erased=""),
    Column("respondent", "text", 6, "_respondent", "respondent", erased="", once_counted=True),
    Column("sampling_unit", "text", erased="", once_counted=True),
    Column("base_weight", "numeric", 5, "_base_weight", "base_weight"),
    Column("draw", "smallint", exported="_draw"),
    Column("disposition", exported="_disposition", shown="disposition"),
    Column("revision", exported="_revision", shown="revision"),
    Column("submission_key", "text"),
    Column("receipt", "text"),
    Column("salt", "text", shown="salt", erased=""),
)


def emptied(*, once_counted: bool) -> dict[str, Any]:
    """What erasing a response empties, at once or once that is counted, and to what."""
    erased = [column for column in COLUMNS if column.erased is not KEPT]
    return {each.name: each.erased for each in erased if each.once_counted == once_counted}


class Checked(msgspec.Struct, kw_only=True, gc=False):
    """A response that the door has looked at, ready to be stored: the columns that have a type. A
    thousand of them take as long to make as twenty records of the ORM."""

    service_id: int
    channel_id: int
    service_point_id: int | None
    entry_point_id: int | None
    answers: dict[str, Any]
    overall: int | None
    answered_at: datetime
    received_at: datetime
    source: str
    selection: str
    language: str
    seconds: int | None
    device: str
    respondent: str
    sampling_unit: str
    base_weight: Decimal
    draw: int | None
    submission_key: str
    receipt: str = ""
    salt: str = ""
    """Receipt and salt are drawn when it is stored."""
