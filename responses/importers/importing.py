"""A file of responses brought in: row by row, in chunks, through the one door.

Memory does not grow with the file. Killed half-way and run again, it adds only the rest. While
the database stores one chunk, the next is read.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from django.db import transaction

from responses.importers.beside import Beside
from responses.importers.encounters import Encounters, check_monthly
from responses.importers.mapping import EVERY_ROW, ColumnMapping, MappingError
from responses.importers.places import Places
from responses.importers.records import Records
from responses.importers.repeated import Repeated
from responses.importers.rows import RowReader
from responses.importers.summary import Summary
from responses.importers.values import Row
from responses.importers.wave import wave_for
from responses.intake.answers import AnswerError
from responses.intake.door import Door, NotAccepted, Submission
from responses.intake.storing import Ready
from responses.models import Response
from responses.models.columns import Checked
from responses.redaction import redact
from surveys.csv_files import FileError
from surveys.frame_import import FrameError
from surveys.rejections import Rejected, Rejections
from surveys.sampling.encounters import LogClosed
from surveys.tables import Table

CHUNK = 4_000
"""Rows read, stored and ticked off in one transaction."""

ImportFailed = (FileError, FrameError, MappingError, NotAccepted, LogClosed)
"""What stops an import; the message says what to do."""


class Checkpoint(NamedTuple):
    """What is stored for good: what became of the rows so far, how much of the file that is, and
    how many bytes of the report of rejected rows are about them."""

    summary: Summary
    position: int
    report_size: int


OnChunk = Callable[[Checkpoint], object]


def import_responses(
    source: Table,
    mapping: ColumnMapping,
    *,
    wave_code: str = "",
    create: bool = False,
    dry_run: bool = False,
    weights: dict[str, Decimal] | None = None,
    rejections: Rejections,
    on_progress: Callable[[int], object] = lambda position: None,
    done_before: Summary | None = None,
    on_chunk: OnChunk = lambda checkpoint: None,
    limit: int | None = None,
) -> Summary:
    """Import `source` as `mapping` says. Raise one of `ImportFailed`; what is stored stays.

    A dry run reads and checks everything and leaves the database as it was.

    `on_chunk` is called in the transaction that stores a chunk. Given the summary of its checkpoint
    as `done_before`, an import goes on after those rows.
    """
    run = _Import(
        source,
        mapping,
        dry_run,
        rejections,
        on_progress,
        on_chunk,
        limit,
        done_before=done_before or Summary(),
    )
    begins = create and not dry_run and not run.done_before.rows
    if begins and not _would_accept(run, wave_code, weights):
        run.dry_run = dry_run = True  # nothing is made for a file of which no row is taken
    if not (dry_run and create):
        with _seldom_collecting():
            return run(wave_code, create, weights)
    with _seldom_collecting(), transaction.atomic():
        try:
            return run(wave_code, create, weights)
        finally:
            transaction.set_rollback(True)


def _would_accept(run: _Import, wave_code: str, weights: dict[str, Decimal] | None) -> bool:
    """Whether any row would be taken: tried on the first rows, and where those are not, on all."""
    for limit in (CHUNK, run.limit):
        with Rejections() as rejections:
            summary = import_responses(
                run.source,
                run.mapping,
                wave_code=wave_code,
                create=True,
                dry_run=True,
                weights=weights,
                rejections=rejections,
                limit=limit,
            )
        if summary.rows > summary.rejected:
            return True
        if summary.rows < CHUNK:
            break
    return False


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Rows make no reference cycles, so searching for them often is a quarter of the time."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


@dataclass
class _Import:
    source: Table
    mapping: ColumnMapping
    dry_run: bool
    rejections: Rejections
    on_progress: Callable[[int], object]
    on_chunk: OnChunk
    limit: int | None
    done_before: Summary = field(default_factory=Summary)

    def __call__(self, wave_code: str, create: bool, weights: dict[str, Decimal] | None) -> Summary:
        with self.source.open() as rows:
            records = self.records = Records(rows, self.mapping.melt)
            self.places = Places(self.mapping, records.locate, create=create)
            self.wave = wave_for(self.mapping, wave_code, create=create)
            self.door = Door(self.wave)
            self.stored = self.done_before.stored
            self.already_stored = self.done_before.already_stored
            self.encounters = Encounters(self.wave) if self._every_row_counts() else None
            self.reader = RowReader(
                self.mapping,
                records,
                self.places,
                self.wave,
                file_digest=self.source.digest,
                weights=weights,
            )
            self.repeated = Repeated(self.reader.columns)
            self.summary = replace(self.done_before)
            with Beside() as storing:
                self._read_all(records, storing)
        self.summary.stored, self.summary.already_stored = self.stored, self.already_stored
        if self.encounters:
            self.summary.encounters = self.encounters.total
            if not self.dry_run:
                self.summary.frame = self.encounters.set_frame()
        return self.summary

    def _every_row_counts(self) -> bool:
        if self.mapping.encounters != EVERY_ROW:
            return False
        check_monthly(self.wave.frame)
        return True

    def _read_all(self, records: Records, storing: Beside) -> None:
        rows = islice(records, self.limit)
        self._pass_over(islice(rows, self.done_before.rows))
        while chunk := list(islice(rows, CHUNK)):
            accepted = [
                checked for number, row in chunk if (checked := self._take(number, row)) is not None
            ]
            ready = None if self.dry_run else self.door.make_ready(accepted)
            storing.do(self._store, accepted, ready, self._checkpoint())
            self.on_progress(records.position)
        self.on_progress(self.source.size)

    def _checkpoint(self) -> Checkpoint:
        """Of all that is read by now; how many were new is known once they are stored."""
        before, summary = self.done_before, self.summary
        summary.shortened_comments = before.shortened_comments + self.reader.shortened
        summary.not_understood = dict(
            Counter(before.not_understood) + Counter(self.reader.not_understood)
        )
        summary.registry_created = before.registry_created + self.places.created
        return Checkpoint(replace(summary), self.records.position, self.rejections.written())

    def _pass_over(self, rows: Iterator[tuple[int, Row]]) -> None:
        """Rows done before: only their encounters are counted again."""
        for _number, row in rows:
            if self.encounters and not self.reader.unfinished(row):
                try:
                    encounter = self.reader.encounter(row)
                except Rejected:
                    continue
                self.encounters.add(encounter.place, encounter.day)

    def _take(self, number: int, row: Row) -> Checked | None:
        self.summary.rows += 1
        try:
            if self.reader.unfinished(row):
                self.summary.unfinished += 1
                return None
            if checked := self._read(number, row):
                return checked
        except Rejected as rejected:
            field = self.records.column_at_fault(rejected.field, row)
            said = Rejected(field, redact(rejected.value), redact(rejected.why))
            self.rejections.add(number, said)
            self.summary.rejected += 1
        else:
            self.summary.without_answer += 1
        return None

    def _read(self, number: int, row: Row) -> Checked | None:
        encounter = self.reader.encounter(row)
        if self.encounters:
            # Before the answers are looked at: a mistyped rating does not undo the encounter.
            self.encounters.add(encounter.place, encounter.day)
        asked = self.door.asked(encounter.place.service, encounter.place.channel)
        known = self.repeated.answers(asked, row)
        before = None if known else self.reader.left_out
        submission = self.reader.submission(number, row, encounter, known)
        if submission is None:
            return None
        if known:
            return self.door.with_answers(submission, asked, known)
        checked = self._check(submission, row)
        if self.reader.left_out == before:
            self.repeated.remember(asked, row, checked.answers)
        return checked

    def _check(self, submission: Submission, row: Row) -> Checked:
        """Without the answers that their questions do not take. Raise Rejected."""
        while True:
            try:
                return self.door.check(submission)
            except AnswerError as error:
                submission = self.reader.without(submission, error, row)

    def _store(
        self, accepted: Sequence[Checked], ready: Ready | None, checkpoint: Checkpoint
    ) -> None:
        with transaction.atomic():
            new = self._count_new(accepted) if ready is None else len(self.door.store_ready(ready))
            self.stored += new
            self.already_stored += len(accepted) - new
            checkpoint.summary.stored = self.stored
            checkpoint.summary.already_stored = self.already_stored
            self.on_chunk(checkpoint)

    def _count_new(self, accepted: Sequence[Checked]) -> int:
        keys = {checked.submission_key for checked in accepted}
        return len(keys) - Response.objects.filter(wave=self.wave, submission_key__in=keys).count()
