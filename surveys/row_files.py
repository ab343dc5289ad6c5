"""A list that somebody keeps as CSV or XLSX, read whole: lists of the registry are short."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from surveys.csv_files import CsvFile, FileError, column_of
from surveys.thai_text import normalise
from surveys.xlsform.sheets import FormError, Sheet, TooLarge, read_sheets

SIZE_LIMIT = 10 << 20
ROW_LIMIT = 20_000
"""So many are compared while somebody waits: 200 µs a row on one core of two that were busy."""


class Limits(NamedTuple):
    """Bytes of the file, rows, and bytes of a workbook once it is unpacked."""

    size: int
    rows: int
    unpacked: int = 50 << 20


AT_ONCE = Limits(SIZE_LIMIT, ROW_LIMIT)
BY_A_WORKER = Limits(30 << 20, 100_000, 200 << 20)


class TooLong(FileError):
    """A list that could be read, but is longer than this."""


PACKED = b"PK"

Row = dict[str, str]


def read_rows(
    file: IO[bytes],
    name: str,
    columns: Sequence[str],
    optional: Sequence[str] = (),
    limits: Limits = AT_ONCE,
) -> list[tuple[int, Row]]:
    """Each row with the number that a spreadsheet shows, as text by column; what is in other
    columns is left out. Raise FileError for what is no such file."""
    size = file.seek(0, 2)
    file.seek(0)
    packed = file.read(2) == PACKED
    file.seek(0)
    if size > limits.size:
        said = _("%(file)s is larger than %(limit)s MB. Split it.")
        raise TooLong(said % {"file": name, "limit": limits.size >> 20})
    header, rows = _sheet(file, limits) if packed else _csv(file, name, limits.rows)
    named = [*columns, *(column for column in optional if column in header)]
    places = {column: column_of(header, column) for column in named}
    read = [
        (number, {column: _cell(row, place) for column, place in places.items()})
        for number, row in islice(rows, limits.rows + 1)
    ]
    if not read:
        raise FileError(_("%(file)s has a header and no rows.") % {"file": name})
    if len(read) > limits.rows:
        raise TooLong(
            _("%(file)s has more than %(limit)s rows. Split it.")
            % {"file": name, "limit": f"{limits.rows:,}"}
        )
    return read


def _cell(row: Sequence[str], place: int) -> str:
    return normalise(row[place]) if place < len(row) else ""


def _sheet(file: IO[bytes], limits: Limits) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The first sheet that has anything in it."""
    try:
        sheets = read_sheets(
            file,
            row_limit=limits.rows + 1,
            size_limit=limits.size,
            unpacked_limit=limits.unpacked,
        )
    except TooLarge as error:
        raise TooLong(str(error)) from error
    except FormError as error:
        raise FileError(str(error)) from error
    sheet = next((each for each in sheets.values() if each.headers), Sheet())
    rows = ((number, [row.get(h, "") for h in sheet.headers]) for number, row in sheet.rows)
    return sheet.headers, rows


def _csv(
    file: IO[bytes], name: str, limit: int
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "file.csv")
        path.write_bytes(file.read())
        with CsvFile.inspect(path).open() as rows:
            return rows.header, iter(list(islice(rows, limit + 1)))
