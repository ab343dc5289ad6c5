"""How PostgreSQL stores responses, and what changes in one, in one statement each. For storing.py
alone; tests/postgres holds it to what storing.py does step by step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation

from responses.models import JournalEntry, Response, Revision
from responses.models.columns import COLUMNS, Checked
from surveys.holding import HOLD_OPEN, ClosedError
from surveys.models import Channel, EntryPoint, Service, ServicePoint, Wave
from surveys.prepared import again_where_lost, first_row_or_again
from surveys.rows import copy_lines, insert, lines_of, staged

ALIKE = ("wave_id", "disposition", "revision")
"""The columns that are the same for every new response of a wave."""

TYPES = {column.stored_as: column.type for column in COLUMNS if column.type}
"""How PostgreSQL reads the fields of `Checked`."""

COPIED_FROM = 100
"""Responses: fewer are stored faster in one statement that reads them from JSON."""

LOOKED_FOR = 20
"""Keys: who sends many again mostly sends all of them."""

# What a response names is held as foreign keys would hold it, but once for all responses that are
# stored together (responses/migrations/0002_places_held.py, 0003_all_that_is_named_held.py).
_WAVES, _SERVICES, _CHANNELS, _POINTS, _LINKS = (
    model._meta.db_table for model in (Wave, Service, Channel, ServicePoint, EntryPoint)
)
_HOLD_ITS = f"""
    SELECT wave.id FROM {_WAVES} AS wave, {_SERVICES} AS service, {_CHANNELS} AS channel{{tables}}
    WHERE wave.id = %s::bigint AND wave.state = 'open'
    AND service.id = %s::bigint AND channel.id = %s::bigint{{rows}} FOR KEY SHARE
"""  # noqa: S608
_HELD = "(SELECT count(*) FROM (SELECT FROM {} WHERE id = ANY(%s::bigint[]) FOR KEY SHARE) AS it)"
_HOLD_ALL = f"""
    SELECT id FROM ({HOLD_OPEN}) AS wave WHERE %s::bigint =
    {" + ".join(map(_HELD.format, (_SERVICES, _CHANNELS, _POINTS, _LINKS)))}
"""  # noqa: S608


def _statement(hold: str, sent: str) -> str:
    """One statement is one transaction and one way to the server and back. `sent` gives the columns
    of TYPES. No row comes back where what is named cannot be held, else the keys that were new, as
    JSON; null where all are."""
    return f"""
WITH open AS ({hold}), stored AS (
    INSERT INTO {Response._meta.db_table} ({", ".join([*ALIKE, *TYPES])})
    SELECT open.id, '{Response.Disposition.COUNTED}', 1, sent.* FROM open CROSS JOIN {sent}
    ON CONFLICT DO NOTHING
    RETURNING id, submission_key
), noted AS (
    INSERT INTO {JournalEntry._meta.db_table} (wave_id, response_ids, revision)
    SELECT %s::bigint, jsonb_agg(id), 1 FROM stored HAVING count(*) > 0
)
SELECT CASE WHEN (SELECT count(*) FROM stored) < %s::bigint
    THEN array_to_json(array(SELECT submission_key FROM stored))::text END FROM open
"""  # noqa: S608


_TYPED = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
_FLAT = ", ".join(f"%s::{kind} AS {name}" for name, kind in TYPES.items())
_SENT_ALONE = f"(SELECT {_FLAT}) AS sent"
_SOME = _statement(_HOLD_ALL, f"json_to_recordset(%s::json) AS sent ({_TYPED})")


def _one(*named: str) -> str:
    """The statement for one response that names rows of these tables too."""
    tables = "".join(f", {table}" for table in named)
    rows = "".join(f" AND {table}.id = %s::bigint" for table in named)
    return _statement(_HOLD_ITS.format(tables=tables, rows=rows), _SENT_ALONE)


# By whether it names a point and a link. Each look-up that is left out saves its making.
_ONE = {
    (point, link): _one(*[_POINTS] * point, *[_LINKS] * link)
    for point in (False, True)
    for link in (False, True)
}
_COPIED = _statement(_HOLD_ALL, "came AS sent")
_TABLE = Response._meta.db_table
_IDS = f"(SELECT pg_get_serial_sequence('{_TABLE}', 'id')::regclass)"  # looked up once
_DRAW_IDS = f"""
WITH open AS ({_HOLD_ALL})
SELECT CASE WHEN NOT EXISTS (
    SELECT FROM {_TABLE} WHERE wave_id = %s::bigint AND submission_key = ANY(%s::text[])
) THEN (
    SELECT string_agg(nextval({_IDS})::text, ',') FROM generate_series(1, %s)
) END FROM open
"""  # noqa: S608
"""No row comes back where what is named cannot be held, null where a key is known."""


def lines_for(responses: Sequence[Checked]) -> list[bytes]:
    """The responses as lines to be copied; none where they go another way. Making them takes a
    while and no database."""
    return lines_of(map(_values, responses)) if len(responses) >= COPIED_FROM else []


def store_at_once(wave: Wave, responses: Sequence[Checked], lines: Sequence[bytes]) -> set[str]:
    """For PostgreSQL: `lines` are those of these responses. Returns the keys that were new."""
    # Whether a server that died had stored them or not, their keys tell.
    if len(responses) == 1:
        only = responses[0]
        point, link = only.service_point_id, only.entry_point_id
        further = [each for each in (point, link) if each is not None]
        held = [wave.pk, only.service_id, only.channel_id, *further]
        statement = _ONE[point is not None, link is not None]
        stored = first_row_or_again(statement, [*held, *_values(only), wave.pk, 1])
    elif not lines:
        sent = msgspec.json.encode(responses).decode()
        stored = first_row_or_again(_SOME, _given(wave, responses, sent))
    else:
        stored = again_where_lost(_store_copied, wave, responses, lines)
    if stored is None:
        if Wave.objects.filter(pk=wave.pk, state=Wave.State.OPEN).exists():
            raise IntegrityError("a place or link of these responses has been deleted")
        raise ClosedError
    (new,) = stored
    return set(json.loads(new)) if new else {response.submission_key for response in responses}


def _store_copied(wave: Wave, responses: Sequence[Checked], lines: Sequence[bytes]) -> Any:
    """COPY into the table itself costs two thirds of what it does by a table in between, but takes
    all or none. It is tried, for nearly all who bring many bring new ones."""
    try:
        stored = _copied(wave, responses, lines)
    except UniqueViolation:
        stored = ()
    if stored != ():
        return stored
    with transaction.atomic(), staged(_TABLE, list(TYPES), lines=lines) as cursor:
        cursor.execute(_COPIED, _given(wave, responses))
        return cursor.fetchone()


@transaction.atomic
def _copied(wave: Wave, responses: Sequence[Checked], lines: Sequence[bytes]) -> Any:
    """As `_statement` gives it; nothing is stored and () given where a key is seen to be known.
    Raise UniqueViolation where one is."""
    *held, _wave, count = _given(wave, responses)
    keys = [response.submission_key for response in responses[:LOOKED_FOR]]
    with connection.cursor() as cursor:
        cursor.execute(_DRAW_IDS, [*held, wave.pk, keys, count])
        if (drawn := cursor.fetchone()) is None:
            return None
        (ids,) = drawn
        if ids is None:
            return ()
        alike = f",{wave.pk},{Response.Disposition.COUNTED},1,".encode()
        whole = map(alike.join, zip(ids.encode().split(b","), lines, strict=True))
        copy_lines(cursor, _TABLE, ["id", *ALIKE, *TYPES], whole)
    noted = [(wave.pk, f"[{ids}]", 1)]
    insert(JournalEntry._meta.db_table, ["wave_id", "response_ids", "revision"], noted)
    return (None,)


_NAMED = [
    attrgetter(name) for name in ("service_id", "channel_id", "service_point_id", "entry_point_id")
]


def _given(wave: Wave, responses: Sequence[Checked], *sent: str) -> list[Any]:
    """The parameters of a statement for several."""
    named = [list(set(map(each, responses)) - {None}) for each in _NAMED]
    return [wave.pk, sum(map(len, named)), *named, *sent, wave.pk, len(responses)]


_ANSWERS = list(TYPES).index("answers")


def _values(response: Checked) -> list[Any]:
    """In the order of TYPES."""
    values = list(msgspec.structs.astuple(response))
    values[_ANSWERS] = as_json(response.answers)
    return values


_CHANGE = f"""
WITH open AS ({HOLD_OPEN}), changed AS (
    UPDATE {Response._meta.db_table} AS it
    SET answers = %s::jsonb, overall = %s::smallint, revision = it.revision + 1
    FROM open
    WHERE it.id = %s::bigint AND it.revision = %s::smallint
    RETURNING it.id, it.revision
), kept AS (
    INSERT INTO {Revision._meta.db_table} (response_id, number, before, reason, changed_at)
    SELECT id, revision, %s::jsonb, %s::text, %s::timestamptz FROM changed
), noted AS (
    INSERT INTO {JournalEntry._meta.db_table} (wave_id, response_ids, revision)
    SELECT %s::bigint, jsonb_build_array(id), revision FROM changed
)
SELECT EXISTS (SELECT FROM changed) FROM open
"""  # noqa: S608


def change_at_once(known: Response, changed: Response, reason: str, moment: datetime) -> bool:
    """For PostgreSQL. Sent twice it changes once: the revision tells."""
    stored = [known.wave_id, as_json(changed.answers), changed.overall, known.pk, known.revision]
    noted = [as_json(known.state()), reason, moment, known.wave_id]
    found = first_row_or_again(_CHANGE, stored + noted)
    if found is None:
        raise ClosedError
    return bool(found[0])


def as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
