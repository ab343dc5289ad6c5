"""A first look at a file: its columns, and enough rows to guess what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from responses.importers.headed import HeadedRows
from responses.importers.layout import AS_FOUND, Layout
from responses.importers.scales import Scale, scale_of
from responses.importers.xlsx import XlsxRows
from surveys.tables import Rows, Table
from surveys.thai_text import normalise
from surveys.workbooks import WITHOUT_VALUE

PREVIEW = 20
LOOKED_AT = 2_000
KEYS_LOOKED_AT = 20_000
DISTINCT = 200


@dataclass(frozen=True)
class Look:
    """The header and the first rows; of labelled formats, what columns ask and codes mean."""

    header: list[str]
    rows: list[tuple[int, Sequence[str]]]
    delimiter: str = ","
    layout: Layout = AS_FOUND
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    header_row: int = 1
    titles: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def first(self) -> list[tuple[int, Sequence[str]]]:
        return [
            (number, [cell.replace(WITHOUT_VALUE, "=?") for cell in row])
            for number, row in self.rows[:PREVIEW]
        ]

    @property
    def columns(self) -> list[str]:
        """Those that can be named: not empty, and there once."""
        return [name for name in self.header if name and self.header.count(name) == 1]

    def cells(self, column: str) -> list[str]:
        """What the column says, row by row; no blanks."""
        said = (normalise(cell) for cell in self._said(column))
        return [text for text in said if text and text != WITHOUT_VALUE]

    def scale(self, column: str) -> Scale:
        """How the column writes ratings, should it hold some."""
        return scale_of(self.cells(column), self.labels.get(column, {}))

    def without_value(self, column: str) -> int:
        """How many of its cells are formulas that were never computed."""
        return sum(cell == WITHOUT_VALUE for cell in self._said(column))

    def _said(self, column: str) -> Iterator[str]:
        index = self.header.index(column)
        return (row[index] for _number, row in self.rows if len(row) == len(self.header))

    def values(self, column: str) -> list[str]:
        """Different things that the column says, in the order of the file; no blanks."""
        return list(dict.fromkeys(self.cells(column)))[:DISTINCT]


def look_at(table: Table, layout: Layout = AS_FOUND) -> Look:
    """Raise FileError."""
    with table.open() as rows:
        first = list(islice(rows, LOOKED_AT))
        return Look(
            list(rows.header),
            first,
            getattr(table, "delimiter", ","),
            layout,
            getattr(rows, "sheet", ""),
            sheets_of(rows),
            getattr(rows, "header_row", 1),
            getattr(rows, "titles", {}),
            getattr(rows, "labels", {}),
        )


def sheets_of(rows: Rows) -> list[str]:
    """Of a workbook, those that people see."""
    if isinstance(rows, HeadedRows):
        return sheets_of(rows.under)
    return rows.sheets() if isinstance(rows, XlsxRows) else []


def tells_rows_apart(table: Table, columns: Sequence[str]) -> bool:
    """Whether no two of the first rows say the same in these columns, and none leaves them
    blank."""
    seen: set[int] = set()
    with table.open() as rows:
        indexes = [rows.header.index(column) for column in columns]
        for _number, row in islice(rows, KEYS_LOOKED_AT):
            if len(row) != len(rows.header):
                continue
            cells = tuple(row[index] for index in indexes)
            if not all(cells) or hash(cells) in seen:
                return False
            seen.add(hash(cells))
    return bool(seen)
