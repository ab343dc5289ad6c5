"""The rows of a file as the mapping sees them: one for each possible response."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from responses.importers.mapping import Melt
from surveys.csv_files import column_of
from surveys.tables import Rows


class Records:
    """The rows as they are or, with `melt`, one for each of the melted columns."""

    def __init__(self, rows: Rows, melt: Melt | None) -> None:
        self._rows = rows
        self._melted: list[tuple[int, str, str]] = []
        self.header = list(rows.header)
        if melt:
            self._melted = [
                (column_of(rows.header, name), name, label) for name, label in melt.columns.items()
            ]
            self.header += [melt.name_column, melt.label_column, melt.value_column]

    def locate(self, column: str) -> int:
        """Where the column is. Raise FileError if it is missing or there twice."""
        return column_of(self.header, column)

    def column_at_fault(self, field: str, row: Sequence[str]) -> str:
        """The column of the file that a person has to look at: of a melted row the one it was."""
        if self._melted and field == self.header[-1] and len(row) == len(self.header):
            return row[-3]
        return field

    @property
    def position(self) -> int:
        return self._rows.position()

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        if not self._melted:
            yield from self._rows
            return
        width = len(self._rows.header)
        for number, row in self._rows:
            if len(row) != width:
                yield number, row
                continue
            for index, name, label in self._melted:
                yield number, [*row, name, label, row[index]]
