"""A first look at a file: its columns, and enough rows to guess what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from responses.importers.tables import Table
from surveys.thai_text import normalise

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
    titles: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def first(self) -> list[tuple[int, Sequence[str]]]:
        return self.rows[:PREVIEW]

    @property
    def columns(self) -> list[str]:
        """Those that can be named: not empty, and there once."""
        return [name for name in self.header if name and self.header.count(name) == 1]

    def cells(self, column: str) -> list[str]:
        """What the column says, row by row; no blanks."""
        index = self.header.index(column)
        said = (row[index] for _number, row in self.rows if len(row) == len(self.header))
        return [text for cell in said if (text := normalise(cell))]

    def values(self, column: str) -> list[str]:
        """Different things that the column says, in the order of the file; no blanks."""
        return list(dict.fromkeys(self.cells(column)))[:DISTINCT]


def look_at(table: Table) -> Look:
    """Raise FileError."""
    with table.open() as rows:
        first = list(islice(rows, LOOKED_AT))
        return Look(
            list(rows.header),
            first,
            getattr(table, "delimiter", ","),
            getattr(rows, "titles", {}),
            getattr(rows, "labels", {}),
        )


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
