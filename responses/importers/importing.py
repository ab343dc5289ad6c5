"""A file of responses brought in: row by row, in chunks, through the one door.

Memory does not grow with the file. Killed half-way and run again, it adds only the rest.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from responses.answers import AnswerError
from responses.importers.encounters import Encounters, check_monthly
from responses.importers.mapping import EVERY_ROW, ColumnMapping, MappingError
from responses.importers.places import Places
from responses.importers.records import Records
from responses.importers.rows import RowReader
from responses.importers.values import Row
from responses.importers.wave import wave_for
from responses.intake import Door, NotAccepted
from responses.models import Response
from surveys.csv_files import CsvFile, FileError
from surveys.frame_import import FrameChange, FrameError
from surveys.rejections import Rejected, Rejections

CHUNK = 2_000

ImportFailed = (FileError, FrameError, MappingError, NotAccepted)
"""What stops an import; the message says what to do."""


@dataclass
class Summary:
    """What became of the rows. Each row is in exactly one of stored, already_stored,
    without_answer and rejected."""

    rows: int = 0
    stored: int = 0
    already_stored: int = 0
    without_answer: int = 0
    rejected: int = 0
    shortened_comments: int = 0
    registry_created: int = 0
    encounters: int | None = None
    frame: FrameChange | None = None


def import_responses(
    source: CsvFile,
    mapping: ColumnMapping,
    *,
    wave_code: str = "",
    create: bool = False,
    dry_run: bool = False,
    weights: dict[str, Decimal] | None = None,
    rejections: Rejections,
    on_progress: Callable[[int], object] = lambda position: None,
) -> Summary:
    """Import `source` as `mapping` says. Raise one of `ImportFailed`; what is stored stays.

    A dry run reads and checks everything and leaves the database as it was.
    """
    run = _Import(source, mapping, dry_run, rejections, on_progress)
    if not (dry_run and create):
        with _seldom_collecting():
            return run(wave_code, create, weights)
    with _seldom_collecting(), transaction.atomic():
        try:
            return run(wave_code, create, weights)
        finally:
            transaction.set_rollback(True)


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
    source: CsvFile
    mapping: ColumnMapping
    dry_run: bool
    rejections: Rejections
    on_progress: Callable[[int], object]

    def __call__(self, wave_code: str, create: bool, weights: dict[str, Decimal] | None) -> Summary:
        with self.source.open() as rows:
            records = Records(rows, self.mapping.melt)
            places = Places(self.mapping, records.locate, create=create)
            self.wave = wave_for(self.mapping, wave_code, create=create)
            self.door = Door(self.wave)
            self.encounters = Encounters(self.wave) if self._every_row_counts() else None
            self.reader = RowReader(
                self.mapping,
                records,
                places,
                self.wave,
                file_digest=self.source.digest,
                weights=weights,
            )
            self.summary = Summary()
            self._read_all(records)
        if self.encounters:
            self.summary.encounters = self.encounters.total
            if not self.dry_run:
                self.summary.frame = self.encounters.set_frame()
        self.summary.rejected = self.rejections.count
        self.summary.shortened_comments = self.reader.shortened
        self.summary.registry_created = places.created
        return self.summary

    def _every_row_counts(self) -> bool:
        if self.mapping.encounters != EVERY_ROW:
            return False
        check_monthly(self.wave.frame)
        return True

    def _read_all(self, records: Records) -> None:
        chunk: list[Response] = []
        for number, row in records:
            self.summary.rows += 1
            try:
                if response := self._read(number, row):
                    chunk.append(response)
                else:
                    self.summary.without_answer += 1
            except Rejected as rejected:
                self.rejections.add(number, rejected)
            if len(chunk) == CHUNK:
                self._store(chunk)
                chunk = []
            if self.summary.rows % CHUNK == 0:
                self.on_progress(records.bytes_read)
        self._store(chunk)
        self.on_progress(self.source.size)

    def _read(self, number: int, row: Row) -> Response | None:
        encounter = self.reader.encounter(row)
        if self.encounters:
            # Before the answers are looked at: a mistyped rating does not undo the encounter.
            self.encounters.add(encounter.place, encounter.day)
        submission = self.reader.submission(number, row, encounter)
        if submission is None:
            return None
        try:
            return self.door.check(submission)
        except AnswerError as error:
            raise self.reader.rejected(error, row) from error

    def _store(self, chunk: list[Response]) -> None:
        new = self._count_new(chunk) if self.dry_run else self.door.receive_many(chunk)
        self.summary.stored += new
        self.summary.already_stored += len(chunk) - new

    def _count_new(self, chunk: list[Response]) -> int:
        keys = {response.submission_key for response in chunk}
        return (
            len(keys)
            - Response.objects.filter(wave=self.wave, submission_key__in=list(keys)).count()
        )
