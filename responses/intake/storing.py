"""How the door stores responses, and what changes in one: with one journal entry, in one
transaction that keeps the wave open. For the door alone (responses/intake/door.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction
from django.db.models import QuerySet

from responses.intake.at_once import ALIKE, TYPES, as_json, change_at_once, lines_for, store_at_once
from responses.models import JournalEntry, Response, new_receipts, new_salts
from responses.models.columns import Checked
from surveys.holding import hold_open
from surveys.models import Wave
from surveys.rows import insert


class Ready(NamedTuple):
    """Responses made ready to be stored: all that can be done without the database."""

    responses: list[Checked]
    lines: list[bytes]


def make_ready(responses: Iterable[Checked]) -> Ready:
    """With receipts and salts. No two may have the same key, and all come from the same source."""
    # In one order, so that two senders of the same keys never wait for each other in a ring.
    responses = sorted(responses, key=attrgetter("submission_key"))
    drawn = new_receipts(len(responses)), new_salts(len(responses))
    for response, receipt, salt in zip(responses, *drawn, strict=True):
        response.receipt, response.salt = receipt, salt
    return Ready(responses, lines_for(responses) if connection.vendor == "postgresql" else [])


def store_ready(wave: Wave, ready: Ready) -> list[Checked]:
    """Store those whose key is not stored yet, and return them. Raise ClosedError."""
    responses = ready.responses
    if connection.vendor == "postgresql":
        stored = store_at_once(wave, *ready)
    else:
        stored = _store_step_by_step(wave, responses)
    if len(stored) == len(responses):
        return responses
    new = [response for response in responses if response.submission_key in stored]
    others = {each.receipt: each for each in responses if each.submission_key not in stored}
    # That of another response was drawn; the database leaves it out as it does a known key.
    given_before = Response.objects.filter(receipt__in=others).values_list("receipt", flat=True)
    if left := [others[receipt] for receipt in given_before]:
        new += store_ready(wave, make_ready(left))
    return new


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


def _rows(wave: Wave, responses: Sequence[Checked]) -> Iterator[tuple[Any, ...]]:
    """As SQLite takes them: through the models it takes six times as long."""
    alike = (wave.pk, Response.Disposition.COUNTED.value, 1)
    moment = connection.ops.adapt_datetimefield_value
    for response in responses:
        values = msgspec.structs.asdict(response) | {
            "answers": as_json(response.answers),
            "answered_at": moment(response.answered_at),
            "received_at": moment(response.received_at),
        }
        yield (*alike, *(values[name] for name in TYPES))


def change(known: Response, changed: Response, reason: str, moment: datetime) -> bool:
    """Store other answers, where the response is still as it is known: each change raises its
    revision. False where another was faster; raise ClosedError."""
    if connection.vendor == "postgresql":
        return change_at_once(known, changed, reason, moment)
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
