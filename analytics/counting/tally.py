"""The tally: counts folded from responses as they come, exactly once.

A response adds one, per question that it rates, to the count of its answer in its cell. What it
contributes at each revision is fixed by its history, so journal entries fold in any order. What is
counted enters the wave's log in the same transaction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import SerializationFailure

from analytics.counting import days, last_answer
from analytics.models import TallyCell
from responses.comments.collecting import collect
from responses.ledger import appending, checkpoints
from responses.ledger.appending import Batch
from responses.models import JournalEntry, Response
from responses.screening.noticing import notice
from surveys.add_ons import every_question
from surveys.kinds import kind_of
from surveys.models import Wave
from surveys.rows import add_up

ENTRIES_PER_TRANSACTION = 2_000
RESPONSES_PER_READ = 5_000
ATTEMPTS = 5
TALLIED = [Response.Disposition.COUNTED, Response.Disposition.SCREENED]


class CellKey(NamedTuple):
    """A cell of the tally and one answer in it, in the order of the unique constraint."""

    question: str
    service_id: int
    channel_id: int
    service_point: str
    psu: str
    selection: str
    screened: bool
    base_weight: Decimal
    draw: int
    value: int


Counts = defaultdict[tuple[Any, ...], Counter[tuple[str, int]]]
"""By what a `CellKey` holds between question and value, then by these two. Plain tuples: making
names for each answer is half the counting."""


def fold(wave: Wave) -> int:
    """Add what the journal holds to the counts. Returns how many journal entries were folded."""
    folded = 0
    while done := _fold_some(wave):
        folded += done
    return folded


def fold_changes(wave: Wave) -> None:
    """The same of what has changed in answers that are counted already; new ones wait for the next
    fold. Between this and the last one screening has looked at all that counts."""
    last = 0
    while entries := _changes_after(wave, last):
        last = entries[-1].pk
        _fold_known(wave, entries)


def _changes_after(wave: Wave, last: int) -> list[JournalEntry]:
    changes = JournalEntry.objects.filter(wave=wave, revision__gt=1, pk__gt=last)
    return list(changes.order_by("pk")[:ENTRIES_PER_TRANSACTION])


@transaction.atomic
def _fold_known(wave: Wave, changes: list[JournalEntry]) -> None:
    """Of the changes those that are not about new answers; an entry about both is divided."""
    lock(wave)
    # Read after the changes: whatever they are about was stored before them.
    entries = JournalEntry.objects.filter(wave=wave, revision=1)
    new = set(chain.from_iterable(entries.values_list("response_ids", flat=True)))
    for entry in changes:
        waiting = [pk for pk in entry.response_ids if pk in new]
        if waiting:
            JournalEntry.objects.filter(pk=entry.pk).update(response_ids=waiting)
            entry.response_ids = [pk for pk in entry.response_ids if pk not in new]
            entry.pk = None
    _count(wave, changes)


@transaction.atomic
def _fold_some(wave: Wave) -> int:
    lock(wave)
    entries = list(JournalEntry.objects.filter(wave=wave).order_by("pk")[:ENTRIES_PER_TRANSACTION])
    _count(wave, entries)
    return len(entries)


def _count(wave: Wave, entries: list[JournalEntry]) -> None:
    counts: Counts = defaultdict(Counter)
    rated = _rated_questions(wave)
    for batch in appending.append(wave, entries):
        _count_batch(counts, wave, rated, batch)
        last_answer.note(wave, batch.rows.values())
        days.note(wave, batch)
        collect(wave, batch.rows)
        notice(wave, entries, batch.rows)
    _add(wave, counts)
    JournalEntry.objects.filter(pk__in=[e.pk for e in entries if e.pk]).delete()


class AnswersDeletedError(Exception):
    """Answers that the counts were made from are no longer kept: they cannot be made again."""


def rebuild(wave: Wave) -> None:
    """Count every response again, from nothing. Raise AnswersDeletedError where they are not all
    kept."""
    begun_by_us = not connection.in_atomic_block
    for left in reversed(range(ATTEMPTS)):
        try:
            _rebuild(wave)
            break
        except OperationalError as error:
            # Whoever held the wave before us has changed what our snapshot still shows.
            if not (left and begun_by_us and isinstance(error.__cause__, SerializationFailure)):
                raise


def _rebuild(wave: Wave) -> None:
    with _one_snapshot():
        _check_all_kept(lock(wave))
        entries = list(JournalEntry.objects.filter(wave=wave).order_by("pk"))
        for batch in appending.append(wave, entries):
            last_answer.note(wave, batch.rows.values())
            days.note(wave, batch)
            collect(wave, batch.rows)
            notice(wave, entries, batch.rows)
        counts = _count_responses(wave)
        JournalEntry.objects.filter(wave=wave).delete()
        # What was stated of a running wave stays: it may move in steps alone (stated.py).
        TallyCell.objects.filter(wave=wave).update(count=0)
        _add(wave, counts)
        TallyCell.objects.filter(wave=wave, count=0, stated=0).delete()


def _check_all_kept(wave: Wave) -> None:
    """To be asked while the wave is held: what deletes answers holds it too."""
    if wave.answers_deleted_at:
        raise AnswersDeletedError(
            _("Wave %(wave)s: its answers are deleted.") % {"wave": wave.code}
        )
    if checkpoints.erased_since_sealed(wave):
        raise AnswersDeletedError(
            _("Wave %(wave)s: citizens have erased answers since it was published.")
            % {"wave": wave.code}
        )


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """A transaction that sees the journal and the responses of one moment, or a response that
    comes in meanwhile would count twice. Within a caller's transaction the wave must be closed."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def count_all(wave: Wave) -> dict[tuple[Any, ...], int]:
    """What the tally should hold once the journal is folded, counted from the responses, by what a
    `CellKey` holds."""
    return {tuple(key): count for *key, count in _rows(_count_responses(wave))}


def _count_responses(wave: Wave) -> Counts:
    counts: Counts = defaultdict(Counter)
    rated = _rated_questions(wave)
    responses = with_keys(Response.objects.filter(wave=wave))
    for response in responses.iterator(chunk_size=RESPONSES_PER_READ):
        _contribute(counts, wave, rated, response, response["answers"], response["disposition"], 1)
    return counts


def lock(wave: Wave) -> Wave:
    """The wave as it is now. One fold or rebuild of it at a time; `no_key` lets responses come in
    meanwhile."""
    return Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)


def _rated_questions(wave: Wave) -> frozenset[str]:
    return frozenset(q.code for q in every_question(wave) if kind_of(q).counted)


def with_keys(responses: Any) -> Any:
    """What of single responses is counted."""
    return responses.values(
        "pk",
        "service_id",
        "channel_id",
        "service_point__code",
        "respondent",
        "sampling_unit",
        "answered_at",
        "selection",
        "base_weight",
        "draw",
        "answers",
        "disposition",
        "revision",
    )


def _count_batch(counts: Counts, wave: Wave, rated: frozenset[str], batch: Batch) -> None:
    """Add the difference that each revision made to its response; the first adds all it said."""
    for pk, revision in batch.named:
        if response := batch.rows.get(pk):
            after = batch.history.get((pk, revision + 1), response)
            _contribute(counts, wave, rated, response, after["answers"], after["disposition"], 1)
            if revision > 1:
                before = batch.history[pk, revision]
                _contribute(
                    counts, wave, rated, response, before["answers"], before["disposition"], -1
                )


def _contribute(
    counts: Counts,
    wave: Wave,
    rated: frozenset[str],
    response: Mapping[str, Any],
    answers: Mapping[str, Any],
    disposition: str,
    sign: int,
) -> None:
    if disposition not in TALLIED:
        return
    cell = (
        response["service_id"],
        response["channel_id"],
        response["service_point__code"] or "",
        psu_of(wave, response),
        response["selection"],
        disposition == Response.Disposition.SCREENED,
        response["base_weight"],
        response["draw"] or 0,
    )
    of_cell = counts[cell]
    for question, answer in answers.items():
        if question in rated and isinstance(answer, int):
            of_cell[question, answer] += sign


def psu_of(wave: Wave, response: Mapping[str, Any]) -> str:
    """What the response's answers are alike with, as the wave declared; blank where each stands
    alone."""
    match wave.method.get("clusters"):
        case "respondent":
            return str(response["respondent"])
        case "supplied":
            return str(response["sampling_unit"])
        case "service_point_week":
            year, week, _day = timezone.localtime(response["answered_at"]).isocalendar()
            return f"{response['service_point__code'] or ''}:{year}-W{week:02}"
        case _:
            return ""


def _add(wave: Wave, counts: Counts) -> None:
    """Add to the stored counts. The caller holds the wave's lock, so nobody else adds to them."""
    columns = ("wave_id", *CellKey._fields)
    add_up(TallyCell._meta.db_table, columns, "count", _rows(counts, wave.pk))


def _rows(counts: Counts, *before: int) -> Iterator[tuple[Any, ...]]:
    """Of each count that is not 0 what a `CellKey` holds, then the count."""
    for cell, of_cell in counts.items():
        for (question, value), count in of_cell.items():
            if count:
                yield (*before, question, *cell, value, count)
