"""How the door stores responses: all that is new, with one journal entry, in one transaction that
keeps the wave open. For the door alone (responses/intake.py)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import psycopg
from django.db import connection, transaction

from responses.models import JournalEntry, Response
from surveys.models import Wave


class ClosedError(Exception):
    """The wave has closed; nothing was stored."""


def store_new(wave: Wave, responses: Sequence[Response]) -> list[Response]:
    """Store those whose key is not stored yet, and return them, with their ids. No two may have
    the same key, and all come from the same source. Raise ClosedError."""
    # In one order, so that two senders of the same keys never wait for each other in a ring.
    responses = sorted(responses, key=lambda response: response.submission_key)
    if connection.vendor == "postgresql":
        return _store_at_once(wave, responses)
    return _store_step_by_step(wave, responses)


def _store_step_by_step(wave: Wave, responses: Sequence[Response]) -> list[Response]:
    """For SQLite, which has one writer at a time: what is looked up here stays true."""
    with transaction.atomic():
        if not Wave.objects.filter(pk=wave.pk, state=Wave.State.OPEN).exists():
            raise ClosedError
        known = _known(wave, responses)
        new = [response for response in responses if response.submission_key not in known]
        if new:
            Response.objects.bulk_create(new)
            JournalEntry.objects.create(
                wave=wave, response_ids=[response.pk for response in new], revision=1
            )
    return new


def _known(wave: Wave, responses: Sequence[Response]) -> set[str]:
    keys = [response.submission_key for response in responses]
    stored = Response.objects.sent_as(wave, keys, responses[0].source if responses else "")
    return set(stored.values_list("submission_key", flat=True))


_COLUMNS = {
    "service_id": "bigint",
    "channel_id": "bigint",
    "service_point_id": "bigint",
    "entry_point_id": "bigint",
    "answers": "jsonb",
    "overall": "smallint",
    "base_weight": "numeric",
    "respondent": "text",
    "submission_key": "text",
    "receipt": "text",
    "salt": "text",
    "source": "text",
    "selection": "text",
    "device": "text",
    "seconds": "integer",
    "language": "text",
    "answered_at": "timestamptz",
    "received_at": "timestamptz",
    "disposition": "text",
    "revision": "smallint",
}
# One statement is one transaction and one way to the server and back. The row of the wave is held
# with FOR SHARE: it cannot close meanwhile, and senders do not wait for each other.
_STATEMENT = f"""
WITH open AS (
    SELECT id FROM {Wave._meta.db_table} WHERE id = %s::bigint AND state = 'open' FOR SHARE
), stored AS (
    INSERT INTO {Response._meta.db_table} (wave_id, {", ".join(_COLUMNS)})
    SELECT open.id, sent.* FROM open CROSS JOIN json_to_recordset(%s)
        AS sent ({", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())})
    ON CONFLICT DO NOTHING
    RETURNING id, submission_key
), noted AS (
    INSERT INTO {JournalEntry._meta.db_table} (wave_id, response_ids, revision)
    SELECT %s::bigint, jsonb_agg(id), 1 FROM stored HAVING count(*) > 0
)
SELECT stored.submission_key, stored.id FROM open LEFT JOIN stored ON true
"""  # noqa: S608


def _store_at_once(wave: Wave, responses: Sequence[Response]) -> list[Response]:
    rows = [{name: getattr(response, name) for name in _COLUMNS} for response in responses]
    connection.ensure_connection()
    # Planning takes longer than storing one response, so the statement is prepared once for each
    # connection, which Django's own cursors cannot do.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            _STATEMENT, [wave.pk, msgspec.json.encode(rows).decode(), wave.pk], prepare=True
        )
        stored = dict(cursor.fetchall())
    if not stored:
        raise ClosedError
    new = [response for response in responses if response.submission_key in stored]
    for response in new:
        response.pk = stored[response.submission_key]
        response._state.adding = False
        response._state.db = connection.alias
    return new
