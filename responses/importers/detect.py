"""Which format a file is in, told by its first bytes, never by its name."""

from __future__ import annotations

import codecs
import csv
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from responses.importers.headed import Headed
from responses.importers.layout import AS_FOUND, Layout
from responses.importers.parquet import ParquetFile
from responses.importers.spss import SpssFile
from responses.importers.xlsx import XlsxFile
from surveys.csv_files import CsvFile, FileError
from surveys.tables import Table

DELIMITERS = ",;\t|"
LINES = 40
_BEGINNING = 64 << 10
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")


def open_table(path: Path, *, delimiter: str = "", layout: Layout = AS_FOUND) -> Table:
    """The file, ready to be read. Raise FileError, which says what to do.

    Of a text, the separator is guessed from its first line unless `delimiter` gives it.
    """
    table = _open(path, delimiter, layout)
    return Headed(table, layout.header_rows) if layout.header_rows > 1 else table


def _open(path: Path, delimiter: str, layout: Layout) -> Table:
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
    except OSError as error:
        raise FileError(
            _("%(file)s cannot be opened: %(why)s") % {"file": path.name, "why": error.strerror}
        ) from error
    if beginning.startswith(b"PK\x03\x04"):
        return XlsxFile.inspect(path, layout)
    if beginning.startswith(b"PAR1"):
        return ParquetFile.inspect(path)
    if beginning.startswith((b"$FL2", b"$FL3")):
        return SpssFile.inspect(path)
    if beginning.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError(
            _(
                "%(file)s is an old Excel file or is locked by a password. "
                "Save it as .xlsx without a password."
            )
            % {"file": path.name}
        )
    if beginning.startswith(_OTHERS) or b"\x00" in _first_line(beginning):
        raise FileError(
            _("%(file)s is none of the formats read here: CSV, XLSX, Parquet, SPSS (.sav).")
            % {"file": path.name}
        )
    return CsvFile.inspect(
        path,
        delimiter=delimiter or guess_delimiter(beginning),
        header_row=layout.header_row or 1,
    )


def _first_line(beginning: bytes) -> bytes:
    if beginning.startswith(_UTF16):  # text after all; the reader of text says what to do
        return b""
    return beginning.split(b"\n", 1)[0]


def guess_delimiter(beginning: bytes) -> str:
    """The separator that splits the first line into the most cells: the first line that any of them
    splits, for a title may stand above the header."""
    for encoding in ("utf-8-sig", "cp874"):
        lines = filter(str.strip, beginning.decode(encoding, "ignore").splitlines())
        for line in islice(lines, LINES):
            mark = max(DELIMITERS, key=lambda mark: _cells(line, mark))
            if _cells(line, mark) > 1:
                return mark
    return ","


def _cells(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter)))
    except csv.Error:
        return 0
