"""Responses written to the database many at a time. For the door alone (intake.py)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from responses.models import Response, new_receipts

BLOCK = 500
"""Rows handed to PostgreSQL at a time: it stores some while the next are being written out."""


class Checked(NamedTuple):
    """What the door has looked at and would store: the fields of a response."""

    wave_id: int
    service_id: int
    channel_id: int
    service_point_id: int | None
    entry_point_id: int | None
    answers: dict[str, Any]
    overall: int | None
    base_weight: Decimal
    respondent: str
    submission_key: str
    source: str
    language: str
    answered_at: datetime
    received_at: datetime

    def response(self) -> Response:
        return Response(**self._asdict())


def known_keys(wave_id: int, keys: list[str]) -> set[str]:
    """Those of `keys` under which the wave has a response."""
    if connection.vendor != "postgresql":
        stored = Response.objects.filter(wave=wave_id, submission_key__in=keys)
        return set(stored.values_list("submission_key", flat=True))
    with connection.cursor() as cursor:  # one parameter, not one for each key
        cursor.execute(
            f"SELECT submission_key FROM {Response._meta.db_table} "  # noqa: S608
            "WHERE wave_id = %s AND submission_key = ANY(%s)",
            [wave_id, keys],
        )
        return {row[0] for row in cursor.fetchall()}


def store(new: Sequence[Checked]) -> list[int]:
    """The keys of the rows stored. Raise IntegrityError where a submission key is there already."""
    if connection.vendor == "postgresql":
        return _copy(new)
    return [stored.pk for stored in Response.objects.bulk_create(c.response() for c in new)]


COLUMNS = (*Checked._fields, "receipt", "disposition", "revision", "id")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copy(new: Sequence[Checked]) -> list[int]:
    table = Response._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, len(new)],
        )
        ids = [row[0] for row in cursor.fetchall()]
        statement = f"COPY {table} ({', '.join(COLUMNS)}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for block in _blocks(new, ids):
                copy.write(block)
    return ids


def _blocks(new: Sequence[Checked], ids: Sequence[int]) -> Iterator[str]:
    for start in range(0, len(new), BLOCK):
        end = start + BLOCK
        block = new[start:end]
        yield "".join(map(_line, block, ids[start:end], new_receipts(len(block))))


def _line(checked: Checked, pk: int, receipt: str) -> str:
    """A row in COPY's text format."""
    (
        wave,
        service,
        channel,
        point,
        entry,
        answers,
        overall,
        weight,
        respondent,
        key,
        source,
        language,
        answered,
        received,
    ) = checked
    return (
        f"{wave}\t{service}\t{channel}\t{_or_null(point)}\t{_or_null(entry)}\t"
        f"{_json(answers)}\t{_or_null(overall)}\t{weight}\t{_escaped(respondent)}\t"
        f"{_escaped(key)}\t{source}\t{language}\t{answered}\t{received}\t"
        f"{receipt}\t{_COUNTED}\t1\t{pk}\n"
    )


def _json(answers: dict[str, Any]) -> str:
    """The answers as JSON, its backslashes doubled for COPY; JSON has no raw line ends or tabs."""
    members = [
        f"{_QUOTED[code]}:{answer if answer.__class__ is int else _ENCODE(answer)}"
        for code, answer in answers.items()
    ]
    text = "{" + ",".join(members) + "}"
    return text.replace("\\", "\\\\") if "\\" in text else text


class _Quoted(dict[str, str]):
    """Codes of questions as JSON, each written once."""

    def __missing__(self, code: str) -> str:
        return self.setdefault(code, _ENCODE(code))


_QUOTED = _Quoted()
_COUNTED = Response.Disposition.COUNTED.value


def _or_null(value: int | None) -> int | str:
    return "\\N" if value is None else value


def _escaped(text: str) -> str:
    return text if text.isalnum() else text.translate(_ESCAPES)
