"""The counted responses of closed waves as files of columns, one a wave and month.

A row has the service, channel, month, selection, language and the answers to closed questions: no
word of a comment, no identity, no receipt, and no time finer than the month. A month is written
anew where a response in it has changed. Its file is a row's alone once it is whole, so that nobody
reads half a file, and what a crash leaves unnamed is deleted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from analytics.counting.bases import Basis, selections
from analytics.crosstabs.columns import PLACES, closed_questions, stored_as
from analytics.models import CrossTab, StoredMonth, StoredWave
from responses.ledger import tiles
from responses.models import JournalEntry, Response
from surveys import clock
from surveys.models import Question, Wave

FORM = 1
"""Of the files: another number has every month written anew."""
AT_ONCE = 50_000
FOLDER = "crosstabs"
ORPHANED = timedelta(days=1)

logger = logging.getLogger(__name__)

OnRows = Callable[[int], None]


def over() -> QuerySet[Wave]:
    """The waves that may be counted: those that take no more answers, and still have theirs."""
    states = [Wave.State.CLOSED, Wave.State.PUBLISHED]
    return Wave.objects.filter(state__in=states, answers_deleted_at=None)


def refresh(wave: Wave, on_rows: OnRows = lambda _rows: None) -> None:
    """Write the months of a wave that have changed, and withdraw the tables made of them. What is
    done twice, or after a crash again, is done in vain. `on_rows` is told of each batch."""
    size = tiles.size_of(wave)
    stored = {each.month: each for each in wave.stored_months.all()}
    there = {month for month, each in stored.items() if default_storage.exists(str(each.file))}
    looked = StoredWave.objects.filter(wave=wave, log_size=size).exists()
    waiting = JournalEntry.objects.filter(wave=wave).exists()
    if looked and not waiting and len(there) == len(stored):
        return
    marks = _marks(wave)
    for month, mark in marks.items():
        if month not in there or stored[month].mark != mark:
            _store(wave, month, mark, on_rows)
    _drop([each for month, each in stored.items() if month not in marks])
    StoredWave.objects.update_or_create(wave=wave, defaults={"log_size": size})


def clear() -> None:
    """Delete the months of waves whose answers are deleted, and files that no row names."""
    gone = StoredMonth.objects.filter(wave__answers_deleted_at__isnull=False)
    _drop(list(gone))
    named = set(StoredMonth.objects.values_list("file", flat=True))
    try:
        found = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return
    for name in (f"{FOLDER}/{each}" for each in found):
        old = default_storage.get_modified_time(name) < clock.now() - ORPHANED
        if name not in named and old:
            default_storage.delete(name)


def _marks(wave: Wave) -> dict[date, str]:
    """Of each month what changes with any response in it: how many there are, the newest, and
    their revisions together."""
    by_month = TruncMonth("answered_at", tzinfo=timezone.get_default_timezone())
    rows = (
        Response.objects.filter(wave=wave)
        .order_by()
        .annotate(month=by_month)
        .values_list("month")
        .annotate(Count("pk"), Max("pk"), Sum("revision"))
    )
    return {month.date(): f"{FORM}:{n}:{newest}:{total}" for month, n, newest, total in rows}


def _store(wave: Wave, month: date, mark: str, on_rows: OnRows) -> None:
    with TemporaryFile() as aside:
        rows = _write(wave, month, aside, on_rows)
        aside.seek(0)
        name = default_storage.save(f"{FOLDER}/{wave.code}-{month:%Y-%m}.parquet", File(aside))
    with transaction.atomic():
        before = StoredMonth.objects.select_for_update().filter(wave=wave, month=month).first()
        fields = {"mark": mark, "file": name, "rows": rows}
        StoredMonth.objects.update_or_create(wave=wave, month=month, defaults=fields)
        if before:
            _withdraw(wave, CrossTab.Why.CHANGED)
    if before and str(before.file) != name:  # the same where its file was lost
        default_storage.delete(str(before.file))


def _drop(months: list[StoredMonth]) -> None:
    for each in months:
        with transaction.atomic():
            StoredMonth.objects.filter(pk=each.pk).delete()
            deleted = each.wave.answers_deleted_at
            _withdraw(each.wave, CrossTab.Why.DELETED if deleted else CrossTab.Why.CHANGED)
        default_storage.delete(str(each.file))


def _withdraw(wave: Wave, why: CrossTab.Why) -> None:
    """Tables in which answers are counted that have changed since."""
    made = CrossTab.objects.filter(waves=wave, state=CrossTab.State.DONE)
    made.update(state=CrossTab.State.FAILED, error=why, result={})


def _write(wave: Wave, month: date, into: IO[bytes], on_rows: OnRows) -> int:
    import pyarrow  # which no page needs
    from pyarrow import parquet

    questions = closed_questions(wave.questionnaire)
    names = [*PLACES, *map(stored_as, questions)]
    text = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    schema = pyarrow.schema([(name, text) for name in names])
    written = 0
    with parquet.ParquetWriter(into, schema, compression="zstd") as writer:
        for rows in _batches(wave, month, questions):
            arrays = [
                pyarrow.array(column, pyarrow.string()).dictionary_encode()
                for column in zip(*rows, strict=True)
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            written += len(rows)
            on_rows(len(rows))
    return written


def _batches(
    wave: Wave, month: date, questions: list[Question]
) -> Iterator[list[tuple[str | None, ...]]]:
    begins = datetime(month.year, month.month, 1, tzinfo=timezone.get_default_timezone())
    ends = (begins + timedelta(days=31)).replace(day=1)
    found = Response.objects.eligible().filter(
        Q(answered_at__gte=begins, answered_at__lt=ends),
        wave=wave,
        selection__in=selections(Basis.OFFICIAL),
    )
    columns = "service_id", "channel_id", "selection", "language", "answers"
    codes = [question.code for question in questions]
    in_words = f"{month:%Y-%m}"
    rows: list[tuple[str | None, ...]] = []
    for service, channel, selection, language, answers in (
        found.order_by().values_list(*columns).iterator(chunk_size=5_000)
    ):
        said = (_text(answers.get(code)) for code in codes)
        rows.append((str(service), str(channel), in_words, selection, language or None, *said))
        if len(rows) == AT_ONCE:
            yield rows
            rows = []
    if rows:
        yield rows


def _text(answer: Any) -> str | None:
    """A number or a code; nothing else is an answer to a closed question."""
    return str(answer) if isinstance(answer, int | str) else None
