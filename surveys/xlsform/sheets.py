"""Sheets of a workbook as text; nothing in it is executed and its size is bounded."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from surveys.workbooks import WITHOUT_VALUE, rows_of

FILE_LIMIT = 5 * 2**20
UNPACKED_LIMIT = 50 * 2**20
PARTS_LIMIT = 500
ROW_LIMIT = 3000
COLUMN_LIMIT = 200
CELL_LIMIT = 10_000
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
"""How both kinds of file begin, which are no workbooks in ZIP."""

Row = dict[str, str]


@dataclass(frozen=True)
class Problem:
    """What is wrong where, and how to fix it."""

    message: str
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        places = [
            self.sheet and _("sheet %s") % self.sheet,
            self.row and _("row %d") % self.row,
            self.column and _("column %s") % self.column,
        ]
        place = ", ".join(str(part) for part in places if part)
        return f"{place}: {self.message}" if place else self.message


class FormError(Exception):
    """The file is not taken; `problems` says everything that is to mend."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class TooLarge(FormError):
    """A workbook that could be read, but is larger than it may be."""


@dataclass
class Sheet:
    headers: list[str] = field(default_factory=list)
    rows: list[tuple[int, Row]] = field(default_factory=list)


def read_sheets(
    file: IO[bytes],
    *,
    row_limit: int = ROW_LIMIT,
    size_limit: int = FILE_LIMIT,
    unpacked_limit: int = UNPACKED_LIMIT,
) -> dict[str, Sheet]:
    """The sheets by name. Raise TooLarge, or FormError for what is no workbook."""
    _check_size(file, size_limit, unpacked_limit)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = {sheet.title: _read(sheet, row_limit) for sheet in book.worksheets}
    except FormError:
        raise
    except Exception as error:  # openpyxl raises whatever its XML reader does
        raise FormError(Problem(_("The file cannot be read as XLSX."))) from error
    book.close()
    return sheets


def _check_size(file: IO[bytes], size_limit: int, unpacked_limit: int) -> None:
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if file.read(len(OLD_OR_LOCKED)) == OLD_OR_LOCKED:
        message = _(
            "This is an old Excel file (.xls) or is locked by a password. Save it as .xlsx without "
            "a password."
        )
        raise FormError(Problem(message))
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise FormError(Problem(_("Choose a file in XLSX format."))) from error
    file.seek(0)
    unpacked = sum(part.file_size for part in parts)
    if size > size_limit or unpacked > unpacked_limit or len(parts) > PARTS_LIMIT:
        raise TooLarge(Problem(_("The file is too large.")))


def _read(worksheet: Any, row_limit: int) -> Sheet:
    sheet = Sheet()
    for number, cells in rows_of(worksheet):
        _check_bounds(worksheet.title, number, cells, row_limit)
        if WITHOUT_VALUE in cells:
            message = _("A formula has no stored value. Open the file in Excel and save it there.")
            raise FormError(Problem(message, worksheet.title, number))
        texts = [_text(cell) for cell in cells[:COLUMN_LIMIT]]
        if not sheet.headers:
            sheet.headers = _headers(texts, worksheet.title) if any(texts) else []
        elif any(texts):
            row = {name: text for name, text in zip(sheet.headers, texts, strict=False) if text}
            sheet.rows.append((number, {name: text for name, text in row.items() if name}))
    while sheet.headers and not sheet.headers[-1]:
        sheet.headers.pop()
    return sheet


def _check_bounds(title: str, number: int, cells: list[Any], row_limit: int) -> None:
    """Cells that only have a format may stand anywhere."""
    beyond = cells[COLUMN_LIMIT:] if number <= row_limit else cells
    if any(cell is not None for cell in beyond):
        message = _("There are more than %(rows)d rows or %(columns)d columns.") % {
            "rows": row_limit,
            "columns": COLUMN_LIMIT,
        }
        raise TooLarge(Problem(message, title))


def _headers(texts: list[str], title: str) -> list[str]:
    named = [text for text in texts if text]
    for name in named:
        if named.count(name) > 1:
            raise FormError(Problem(_("This column appears twice."), title, 1, name))
    return texts


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if not (value.hour or value.minute or value.second):
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value).strip()[:CELL_LIMIT]


def write_sheets(sheets: dict[str, tuple[list[str], list[Row]]], file: IO[bytes]) -> None:
    """A workbook in which every cell is text: nothing becomes a formula."""
    book = Workbook(write_only=True)
    for title, (headers, rows) in sheets.items():
        worksheet = book.create_sheet(title)
        for texts in (headers, *([row.get(name, "") for name in headers] for row in rows)):
            worksheet.append(list(_cells(worksheet, texts)))
    book.save(file)


def _cells(worksheet: Any, texts: list[str]) -> Iterator[Any]:
    for text in texts:
        cell = WriteOnlyCell(worksheet, ILLEGAL_CHARACTERS_RE.sub("", text) or None)
        if text:
            cell.data_type = "s"
        yield cell
