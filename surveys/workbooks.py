"""The rows of a workbook's sheet as a stream, whatever numbers the file gives them.

openpyxl fills every gap between two rows and up to the last column: one cell said to stand in row
10¹² would be a trillion rows. Here rows that are not in the file are not made up, and what no
spreadsheet can hold is refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of Excel and LibreOffice
BYTES_BETWEEN_ROWS = 32 << 20
"""Of one row, or of what stands around the rows: it is held in memory as a whole."""


WITHOUT_VALUE = "\ufdd0"
"""Stands for a formula whose value the file does not hold; no text has this character."""


class OutOfBounds(ValueError):
    """The sheet has what no spreadsheet can hold."""


def rows_of(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """Each row in the file that has cells, with the number that a spreadsheet shows. `sheet` is of
    a workbook loaded with `read_only`. Raises OutOfBounds, and whatever openpyxl does."""
    book, last = sheet.parent, 0
    with closing(_Measured(sheet._get_source())) as source:
        parser = _Parser(
            source,
            sheet._shared_strings,
            data_only=book.data_only,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            source.since_row = 0
            parser.row_dimensions.clear()  # heights of a million rows would fill the memory
            if not last < number <= LAST_ROW:
                raise OutOfBounds
            last = number
            yield number, _values(cells)


class _Parser(WorkSheetParser):
    """Tells a formula that was never computed from a blank."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            empty_text = element.get("t") == "str" and element.find(VALUE_TAG) is not None
            cell["value"] = None if empty_text else WITHOUT_VALUE
        return cell


def _values(cells: list[dict[str, Any]]) -> list[Any]:
    width = max((cell["column"] for cell in cells), default=0)
    if width > LAST_COLUMN:
        raise OutOfBounds
    values = [None] * width
    for cell in cells:
        values[cell["column"] - 1] = cell["value"]
    return values


class _Measured(io.RawIOBase):
    """Counts what was read since the last row was whole."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.since_row = 0

    def read(self, size: int = -1) -> bytes:
        part: bytes = self.source.read(size)
        self.since_row += len(part)
        if self.since_row > BYTES_BETWEEN_ROWS:
            raise OutOfBounds
        return part

    def close(self) -> None:
        self.source.close()
        super().close()
