"""How PostgreSQL stores responses, and what changes in one, in one statement each. For storing.py
alone; tests/postgres holds it to what storing.py does step by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from responses.models import JournalEntry, Response, Revision
from responses.models.columns import COLUMNS, Checked
from surveys.holding import HOLD_OPEN, ClosedError
from surveys.models import Channel, Service, Wave
from surveys.prepared import again_where_lost, first_row_or_again
from surveys.rows import staged

ALIKE = ("wave_id", "disposition", "revision")
"""The columns that are the same for every new response of a wave."""

TYPES = {column.stored_as: column.type for column in COLUMNS if column.type}
"""How PostgreSQL reads the fields of `Checked`."""

COPIED_FROM = 100
"""Responses: making a table for fewer takes longer than reading them from JSON."""

# Wave, service and channel are held as foreign keys would hold them, but once for all responses
# that are stored together (responses/migrations/0036_places_held.py).
_TABLES = [model._meta.db_table for model in (Wave, Service, Channel)]
_HOLD_THREE = """
    SELECT wave.id FROM {} AS wave, {} AS service, {} AS channel
    WHERE wave.id = %s::bigint AND wave.state = 'open'
    AND service.id = %s::bigint AND channel.id = %s::bigint FOR KEY SHARE
""".format(*_TABLES)  # noqa: S608
_HOLD_ALL = f"""
    SELECT id FROM ({HOLD_OPEN}) AS wave WHERE %s = (
        SELECT count(*) FROM (SELECT FROM {_TABLES[1]} WHERE id = ANY(%s::bigint[]) FOR KEY SHARE) s
    ) + (
        SELECT count(*) FROM (SELECT FROM {_TABLES[2]} WHERE id = ANY(%s::bigint[]) FOR KEY SHARE) c
    )
"""  # noqa: S608


def _statement(hold: str, sent: str) -> str:
    """One statement is one transaction and one way to the server and back. `sent` gives the columns
    of TYPES. No row comes back where wave, services and channels cannot be held, else the keys that
    were new; null where all are."""
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
SELECT CASE WHEN (SELECT count(*) FROM stored) < %s
    THEN array(SELECT submission_key FROM stored) END FROM open
"""  # noqa: S608


_TYPED = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
_FLAT = ", ".join(f"%s::{kind} AS {name}" for name, kind in TYPES.items())
_ONE = _statement(_HOLD_THREE, f"(SELECT {_FLAT}) AS sent")
_SOME = _statement(_HOLD_ALL, f"json_to_recordset(%s) AS sent ({_TYPED})")
_COPIED = _statement(_HOLD_ALL, "came AS sent")


def store_at_once(wave: Wave, responses: Sequence[Checked]) -> set[str]:
    """For PostgreSQL. Returns the keys that were new."""
    # Whether a server that died had stored them or not, their keys tell.
    if len(responses) == 1:
        only = responses[0]
        held = [wave.pk, only.service_id, only.channel_id]
        stored = first_row_or_again(_ONE, [*held, *_values(only), wave.pk, 1])
    elif len(responses) < COPIED_FROM or not all(map(_may_be_copied, responses)):
        sent = msgspec.json.encode(responses).decode()
        stored = first_row_or_again(_SOME, _given(wave, responses, sent))
    else:
        stored = again_where_lost(_store_copied, wave, responses)
    if stored is None:
        if Wave.objects.filter(pk=wave.pk, state=Wave.State.OPEN).exists():
            raise IntegrityError("a service or channel of these responses has been deleted")
        raise ClosedError
    (keys,) = stored
    return {response.submission_key for response in responses} if keys is None else set(keys)


@transaction.atomic
def _store_copied(wave: Wave, responses: Sequence[Checked]) -> Any:
    rows = map(_values, responses)
    with staged(Response._meta.db_table, list(TYPES), rows, printable=True) as cursor:
        cursor.execute(_COPIED, _given(wave, responses))
        return cursor.fetchone()


def _given(wave: Wave, responses: Sequence[Checked], *sent: str) -> list[Any]:
    """The parameters of a statement for several."""
    services = list({response.service_id for response in responses})
    channels = list({response.channel_id for response in responses})
    places = len(services) + len(channels)
    return [wave.pk, places, services, channels, *sent, wave.pk, len(responses)]


def _may_be_copied(response: Checked) -> bool:
    texts = (response.submission_key, response.respondent, response.sampling_unit, response.device)
    return "".join(texts).isprintable()


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
