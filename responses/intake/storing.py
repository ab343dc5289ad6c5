"""How the door stores responses, and what changes in one: with one journal entry, in one
transaction that keeps the wave open. For the door alone (responses/intake/door.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from responses.models import JournalEntry, Response, Revision, new_receipts, new_salt
from responses.models.columns import COLUMNS, Checked
from surveys.holding import HOLD_OPEN, ClosedError, hold_open
from surveys.models import Channel, Service, Wave
from surveys.prepared import again_where_lost, first_row_or_again
from surveys.rows import insert, staged


def store_new(wave: Wave, responses: Sequence[Checked]) -> list[Checked]:
    """Store those whose key is not stored yet, and return them, with their receipts. No two may
    have the same key, and all come from the same source. Raise ClosedError."""
    # In one order, so that two senders of the same keys never wait for each other in a ring.
    responses = sorted(responses, key=lambda response: response.submission_key)
    for response, receipt in zip(responses, new_receipts(len(responses)), strict=True):
        response.receipt, response.salt = receipt, new_salt()
    if connection.vendor == "postgresql":
        stored = _store_at_once(wave, responses)
    else:
        stored = _store_step_by_step(wave, responses)
    if len(stored) == len(responses):
        return responses
    return [response for response in responses if response.submission_key in stored]


def _store_step_by_step(wave: Wave, responses: Sequence[Checked]) -> set[str]:
    """For SQLite. Returns the keys that were new."""
    with transaction.atomic():
        hold_open(wave.pk)
        known = set(_sent(wave, responses).values_list("submission_key", flat=True))
        new = [each for each in responses if each.submission_key not in known]
        if new:
            insert(Response._meta.db_table, [*ALIKE, *TYPES], _rows(wave, new))
            pks = list(_sent(wave, new).order_by("pk").values_list("pk", flat=True))
            JournalEntry.objects.create(wave=wave, response_ids=pks, revision=1)
    return {response.submission_key for response in new}


def _sent(wave: Wave, responses: Sequence[Checked]) -> QuerySet[Response]:
    """Which of these are stored."""
    keys = [response.submission_key for response in responses]
    return Response.objects.sent_as(wave, keys, responses[0].source if responses else "")


ALIKE = ("wave_id", "disposition", "revision")
"""The columns that are the same for every new response of a wave."""


def _rows(wave: Wave, responses: Sequence[Checked]) -> Iterator[tuple[Any, ...]]:
    """As SQLite takes them: through the models it takes six times as long."""
    alike = (wave.pk, Response.Disposition.COUNTED.value, 1)
    moment = connection.ops.adapt_datetimefield_value
    for response in responses:
        values = msgspec.structs.asdict(response) | {
            "answers": _as_json(response.answers),
            "answered_at": moment(response.answered_at),
            "received_at": moment(response.received_at),
        }
        yield (*alike, *(values[name] for name in TYPES))


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


def _store_at_once(wave: Wave, responses: Sequence[Checked]) -> set[str]:
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
    with staged(Response._meta.db_table, list(TYPES), map(_values, responses)) as cursor:
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
    values[_ANSWERS] = _as_json(response.answers)
    return values


def change(known: Response, changed: Response, reason: str, moment: datetime) -> bool:
    """Store other answers, where the response is still as it is known: each change raises its
    revision. False where another was faster; raise ClosedError."""
    if connection.vendor == "postgresql":
        return _change_at_once(known, changed, reason, moment)
    return _change_step_by_step(known, changed, reason, moment)


def _change_step_by_step(known: Response, changed: Response, reason: str, moment: datetime) -> bool:
    """For SQLite."""
    with transaction.atomic():
        hold_open(known.wave_id)
        as_known = Response.objects.filter(pk=known.pk, revision=known.revision)
        fields = {name: getattr(changed, name) for name in ("answers", "overall", "revision")}
        if not as_known.update(**fields):
            return False
        number, before = changed.revision, known.state()
        known.history.create(number=number, before=before, reason=reason, changed_at=moment)
        JournalEntry.objects.create(
            wave_id=known.wave_id, response_ids=[known.pk], revision=changed.revision
        )
    return True


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


def _change_at_once(known: Response, changed: Response, reason: str, moment: datetime) -> bool:
    """For PostgreSQL. Sent twice it changes once: the revision tells."""
    stored = [known.wave_id, _as_json(changed.answers), changed.overall, known.pk, known.revision]
    noted = [_as_json(known.state()), reason, moment, known.wave_id]
    found = first_row_or_again(_CHANGE, stored + noted)
    if found is None:
        raise ClosedError
    return bool(found[0])


def _as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
