"""Encounters from a file: each row is one, under the agency's own number. Rows sent before are left
as they are, so that a file that was cut short is simply brought again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from surveys.csv_files import column_of
from surveys.models import Encounter
from surveys.moments import parse_moment, refusal
from surveys.rejections import Rejected, Rejections
from surveys.sampling.encounters import ALREADY_STORED, STORED, EncounterLog, Report
from surveys.tables import Rows, Table
from surveys.thai_text import normalise

REQUIRED = ("encounter", "service", "channel", "time")
OPTIONAL = ("service_point", "email", "telephone", "line", "language")
CHUNK = 1_000


@dataclass
class Imported:
    """How many rows became what; rejected ones are counted by the rejections."""

    stored: int = 0
    already_stored: int = 0
    reachable: int = 0


def import_encounters(
    source: Table,
    log: EncounterLog,
    rejections: Rejections,
    *,
    on_progress: Callable[[int], object] = lambda position: None,
) -> Imported:
    """Raise FileError for a file that cannot be read, LogClosed for a wave that takes none."""
    imported = Imported()
    waiting: list[tuple[int, Encounter]] = []
    with source.open() as rows:
        reader = _Reader(rows)
        for number, row in rows:
            try:
                waiting.append((number, log.check(reader.read(row))))
            except Rejected as rejected:
                rejections.add(number, rejected)
            if len(waiting) == CHUNK:
                _store(log, waiting, rejections, imported)
                on_progress(rows.position())
        _store(log, waiting, rejections, imported)
        on_progress(rows.position())
    return imported


def check_rows(source: Table, log: EncounterLog, rejections: Rejections) -> int:
    """How many of the first rows could be taken; nothing is stored. Raise FileError."""
    good = 0
    with source.open() as rows:
        reader = _Reader(rows)
        for number, row in islice(rows, CHUNK):
            try:
                log.check(reader.read(row))
                good += 1
            except Rejected as rejected:
                rejections.add(number, rejected)
    return good


def _store(
    log: EncounterLog,
    waiting: list[tuple[int, Encounter]],
    rejections: Rejections,
    imported: Imported,
) -> None:
    became = log.store([encounter for _number, encounter in waiting])
    for (number, encounter), what in zip(waiting, became, strict=True):
        if isinstance(what, Rejected):
            rejections.add(number, what)
            continue
        imported.stored += what == STORED
        imported.already_stored += what == ALREADY_STORED
        imported.reachable += what == STORED and encounter.reachable
    waiting.clear()


class _Reader:
    def __init__(self, rows: Rows) -> None:
        """Raise FileError where a column is missing or there twice."""
        there = [name for name in OPTIONAL if name in rows.header]
        self.columns = {name: column_of(rows.header, name) for name in (*REQUIRED, *there)}

    def read(self, row: Sequence[str]) -> Report:
        """Raise Rejected."""
        if len(row) <= max(self.columns.values()):
            raise Rejected("", "", _("The row has too few cells. Complete it."))
        text = {name: normalise(row[index]) for name, index in self.columns.items()}
        moment = text.pop("time")
        try:
            return Report(time=parse_moment(moment), **text)
        except ValueError as error:
            raise Rejected("time", moment, refusal(moment, error)) from None
