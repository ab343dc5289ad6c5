"""Single answers of a wave as a table, for the survey office alone: one row a response.

The columns follow from what the wave has frozen, so that a later version of a questionnaire moves
nothing: one column a question, of several choices one column a choice, then the add-ons as they
came. Names that begin with an underscore are the platform's own; no code of a question does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from responses.models import Response
from responses.models.columns import COLUMNS
from surveys.acts import record
from surveys.add_ons import every_question
from surveys.csv_files import CsvReport, csv_line
from surveys.kinds import kind_of
from surveys.kinds.base import ExportColumn
from surveys.models import Act, User, Wave

READ_AT_ONCE = 500
XLSX_ROWS = 1_048_576

Cell = str | int | float | Decimal
Answers = dict[str, Any]

PLACE = {column.exported: column.path for column in COLUMNS if column.exported}


class ExportError(Exception):
    """The wave cannot be exported so; the message says why."""


@dataclass(frozen=True)
class Column:
    name: str
    cell: Callable[[Answers], Cell]


def columns_of(wave: Wave, *, texts: bool = True) -> list[Column]:
    """The columns of the answers, in the order that the wave has frozen."""
    return [
        _of_answers(question.code, column)
        for question in every_question(wave)
        if texts or not kind_of(question).free_text
        for column in kind_of(question).export_columns(question)
    ]


def _of_answers(code: str, column: ExportColumn) -> Column:
    return Column(column.name, lambda answers: column.cell(answers.get(code)))


class SingleAnswers:
    """The responses that count, or all that no citizen has erased. Rows stream through: memory does
    not grow with the wave."""

    def __init__(self, wave: Wave, *, excluded: bool = False, texts: bool = True) -> None:
        """Raise ExportError for a wave without single answers."""
        _check_wave(wave)
        responses = Response.objects.filter(wave=wave).exclude(disposition="erased")
        self._responses = responses if excluded else responses.eligible()
        self._columns = columns_of(wave, texts=texts)
        self.header = [*PLACE, *(column.name for column in self._columns)]

    def count(self) -> int:
        return self._responses.count()

    def __iter__(self) -> Iterator[list[Cell]]:
        rows = self._responses.order_by("pk").values_list(*PLACE.values(), "answers")
        for *place, answers in rows.iterator(chunk_size=READ_AT_ONCE):
            yield [*map(_plain, place), *(column.cell(answers) for column in self._columns)]


def hand_out(wave: Wave, *, excluded: bool, texts: bool, why: str, actor: User) -> Iterator[str]:
    """The same table as lines of a CSV file that is sent as it is made. Who takes it away, and why,
    is on record before the first line leaves. Raise ExportError."""
    table = SingleAnswers(wave, excluded=excluded, texts=texts)
    rows = table.count()
    record(Act.What.EXPORT, wave, actor, rows=rows, excluded=excluded, texts=texts, why=why)
    return _lines(table)


def _lines(table: SingleAnswers) -> Iterator[str]:
    yield "\ufeff" + csv_line(table.header)
    yield from map(csv_line, table)


def export_responses(
    wave: Wave,
    path: Path,
    *,
    excluded: bool = False,
    texts: bool = True,
    actor: User | None = None,
) -> int:
    """Write the table to a .csv or .xlsx file, which appears when it is whole; returns how many
    responses. Raise ExportError, or FileError where it cannot be written.
    """
    _check_path(path)
    table = SingleAnswers(wave, excluded=excluded, texts=texts)
    if path.suffix.lower() == ".xlsx" and table.count() >= XLSX_ROWS:
        raise ExportError(_("A worksheet has no room for so many rows: write a .csv file."))
    part = path.with_name(path.name + ".part")
    count = 0
    try:
        part.touch(mode=0o600)
        with closing(WRITERS[path.suffix.lower()](part, table.header)) as file:
            for row in table:
                file.write(row)
                count += 1
        part.replace(path)
    except OSError as error:
        raise ExportError(
            _("%(file)s cannot be written: %(why)s") % {"file": path, "why": error.strerror}
        ) from error
    finally:
        part.unlink(missing_ok=True)
    record(Act.What.EXPORT, wave, actor, rows=count, excluded=excluded, texts=texts)
    return count


def _check_path(path: Path) -> None:
    if path.suffix.lower() not in WRITERS:
        raise ExportError(_("Name a file that ends in .csv or .xlsx."))
    if path.exists():
        raise ExportError(_("%(file)s already exists. Name another file.") % {"file": path})


def _check_wave(wave: Wave) -> None:
    if wave.state == Wave.State.DRAFT:
        raise ExportError(
            _("Wave %(wave)s has not opened: its columns are not fixed yet.") % {"wave": wave.code}
        )
    if wave.answers_deleted_at:
        raise ExportError(_("Wave %(wave)s: its answers are deleted.") % {"wave": wave.code})


def _plain(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case datetime():
            return timezone.localtime(value).isoformat()
        case Decimal():
            return f"{value.normalize():f}"
    return value


class _Writer(Protocol):
    def write(self, cells: Sequence[Any]) -> None: ...

    def close(self) -> None: ...


class _Workbook:
    """One worksheet, row by row; a text is never a formula."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._path = path
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("responses")
        self.write(columns)

    def write(self, cells: Sequence[Any]) -> None:
        self._sheet.append([self._cell(cell) for cell in cells])

    def _cell(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        if not text.startswith("="):
            return text or None
        cell = WriteOnlyCell(self._sheet, text)
        cell.data_type = "s"
        return cell

    def close(self) -> None:
        self._book.save(self._path)


WRITERS: dict[str, Callable[[Path, Sequence[str]], _Writer]] = {
    ".csv": CsvReport,
    ".xlsx": _Workbook,
}
