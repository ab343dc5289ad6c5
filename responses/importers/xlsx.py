"""Excel workbooks (.xlsx): the values of a sheet, or of the first that has any of those that
people see.

Formulas are not evaluated, the values that Excel stored are read; macros and links to other files
are not looked at.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from responses.importers.cells import as_text, fitted
from responses.importers.digest import file_digest
from responses.importers.layout import AS_FOUND, Layout
from surveys.csv_files import FileError
from surveys.thai_text import normalise
from surveys.workbooks import LAST_ROW, OutOfBounds, rows_of

UNPACKED_LIMIT = 1 << 30
TEXTS_LIMIT = 96 << 20  # the table of texts is held in memory
MARKS_LIMIT = 4_000_000  # four a text: reading them takes time, however short they are
STYLES_LIMIT = 32 << 20  # styles and the like are held in memory as well
RATIO_LIMIT = 200
RATIO_FROM = 10 << 20  # a small file may well be almost empty cells
ABOUT_LIMIT = 1 << 20
BLOCK = 1 << 20
READ_AT_ONCE = ("styles+xml", "sheet.main+xml", "theme+xml", "properties+xml", "chartsheet+xml")
PARTS_LIMIT = 2_000
COLUMNS_LIMIT = 2_000
# What openpyxl may stumble over in a damaged workbook; its own exceptions are not documented.
UNREADABLE = (Exception,)


@dataclass(frozen=True)
class XlsxFile:
    path: Path
    digest: str
    size: int
    layout: Layout = AS_FOUND

    @classmethod
    def inspect(cls, path: Path, layout: Layout = AS_FOUND) -> Self:
        """Raise FileError for what is not a workbook, or would unpack to something too large."""
        _check_parts(path)
        file = cls(path, file_digest(path), 0, layout)
        with file.open() as rows:
            return replace(file, size=rows.expected)

    def open(self) -> XlsxRows:
        return XlsxRows(self.path, self.layout)


def _check_parts(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            tables_of_texts = _parts_called(archive, "sharedStrings+xml")
            styles = _parts_called(archive, *READ_AT_ONCE)
            marks = sum(_marks(archive, name) for name in tables_of_texts)
    except UNREADABLE as error:
        raise damaged(path) from error
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise FileError(
            _("%(file)s is not an Excel workbook. Save it as .xlsx or as “CSV UTF-8”.")
            % {"file": path.name}
        )
    unpacked = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    texts = sum(part.file_size for part in parts if part.filename in tables_of_texts)
    styled = sum(part.file_size for part in parts if part.filename in styles)
    if (
        len(parts) > PARTS_LIMIT
        or unpacked > UNPACKED_LIMIT
        or texts > TEXTS_LIMIT
        or marks > MARKS_LIMIT
        or styled > STYLES_LIMIT
        or (unpacked > RATIO_FROM and unpacked / packed > RATIO_LIMIT)
    ):
        raise FileError(
            _("%(file)s would unpack to something far too large. Save it as “CSV UTF-8”.")
            % {"file": path.name}
        )


def _parts_called(archive: zipfile.ZipFile, *kinds: str) -> set[str]:
    """The parts that the workbook says are of such a kind, whatever their names."""
    try:
        about = archive.getinfo("[Content_Types].xml")
    except KeyError:
        return set()
    if about.file_size > ABOUT_LIMIT:
        raise ValueError
    named = {
        part.get("PartName", "").lstrip("/")
        for part in fromstring(archive.read(about))
        if part.get("ContentType", "").endswith(kinds)
    }
    return named & set(archive.namelist())


def _marks(archive: zipfile.ZipFile, name: str) -> int:
    """How many elements the part has, as far as they are too many or it is too long."""
    marks = 0
    with archive.open(name) as part:
        for _block in range(TEXTS_LIMIT // BLOCK + 1):
            marks += part.read(BLOCK).count(b"<")
            if marks > MARKS_LIMIT:
                break
    return marks


def damaged(path: Path) -> FileError:
    return FileError(
        _("%(file)s is damaged or not what its beginning says. Save it again.")
        % {"file": path.name}
    )


class XlsxRows:
    """The rows of one sheet, read as they are asked for."""

    def __init__(self, path: Path, layout: Layout = AS_FOUND) -> None:
        self.path = path
        self.layout = layout
        self._number = 0
        self.expected = 0
        self._file = path.open("rb")  # by name, openpyxl would look at the name's ending
        try:
            self._book = load_workbook(self._file, read_only=True, data_only=True, keep_links=False)
        except UNREADABLE as error:
            self._file.close()
            raise damaged(path) from error
        try:
            self.header = self._open_sheet()
        except BaseException:
            self.close()
            raise

    def _open_sheet(self) -> list[str]:
        for sheet in self._sheets():
            # What a sheet says of its own size may be wrong: it is shown, and no more.
            self.expected = min(sheet.max_row or 0, LAST_ROW)
            self._cells = rows_of(sheet)
            for number, cells in self._rows():
                if number < self.layout.header_row:
                    continue
                header = [normalise(cell) for cell in cells]
                while header and not header[-1]:
                    header.pop()
                if len(header) > COLUMNS_LIMIT:
                    raise FileError(
                        _("%(file)s has more than %(limit)d columns.")
                        % {"file": self.path.name, "limit": COLUMNS_LIMIT}
                    )
                self.sheet, self.header_row = sheet.title, number
                return header
        raise FileError(_("%(file)s has no header row.") % {"file": self.path.name})

    def _sheets(self) -> list[Any]:
        """The one that is named, or all that people see. Raise FileError."""
        name, seen = self.layout.sheet, self._seen()
        if not name:
            return seen
        named = [sheet for sheet in self._book.worksheets if normalise(sheet.title) == name]
        if not named:
            raise FileError(
                _("%(file)s has no sheet “%(sheet)s”. It has: %(sheets)s")
                % {
                    "file": self.path.name,
                    "sheet": name,
                    "sheets": ", ".join(sheet.title for sheet in seen),
                }
            )
        return named

    def _seen(self) -> list[Any]:
        """A list for drop-downs is often hidden, and stands before what was answered."""
        return [s for s in self._book.worksheets if s.sheet_state == "visible"]

    def sheets(self) -> list[str]:
        return [normalise(sheet.title) for sheet in self._seen()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._book.close()
        self._file.close()

    def position(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        width = len(self.header)
        for number, cells in self._rows():
            self._number = number
            yield number, fitted(cells, width)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that say anything, with their numbers."""
        while True:
            try:
                number, cells = next(self._cells)
            except StopIteration:
                return
            except OutOfBounds as error:
                raise FileError(
                    _(
                        "%(file)s says that it has cells where no spreadsheet can have any. "
                        "Save it again, or as “CSV UTF-8”."
                    )
                    % {"file": self.path.name}
                ) from error
            except UNREADABLE as error:
                raise damaged(self.path) from error
            if any(texts := [as_text(cell) for cell in cells]):
                yield number, texts
