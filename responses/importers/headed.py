"""Tables whose columns are headed by several rows, as some survey services write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Self

from surveys.tables import OfTable, Rows, Table
from surveys.thai_text import normalise

ANSWER_ITSELF = {"", "response", "open-ended response", "คำตอบ", "คำตอบปลายเปิด"}
"""What stands under the name of a question that has one column."""


@dataclass(frozen=True)
class Headed(OfTable):
    table: Table
    header_rows: int

    @property
    def delimiter(self) -> str:
        return getattr(self.table, "delimiter", ",")

    def open(self) -> HeadedRows:
        return HeadedRows(self.table.open(), self.header_rows - 1)


class HeadedRows:
    """The first of the rows names the columns; what stands below it names parts and wording."""

    def __init__(self, rows: Rows, below: int) -> None:
        self.under = rows
        self._left = iter(rows)
        self.header_row = getattr(rows, "header_row", 1)
        self.sheet = getattr(rows, "sheet", "")
        below_it = [list(row) for _number, row in islice(self._left, below)]
        first = [normalise(cell) for cell in below_it[0]] if below_it else []
        self.header = names_of(rows.header, first)
        self.titles = dict(zip(self.header, first, strict=False))

    def __enter__(self) -> Self:
        self.under.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self.under.__exit__(*exc)

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        return self._left

    def position(self) -> int:
        return self.under.position()


def names_of(header: Sequence[str], below: Sequence[str]) -> list[str]:
    """A name for each column: of a question of several columns, with that of its part."""
    names: list[str] = []
    question = ""
    for place in range(max(len(header), len(below))):
        name = header[place] if place < len(header) else ""
        part = below[place] if place < len(below) else ""
        question = name or question
        alone = name and (part.casefold() in ANSWER_ITSELF or not _goes_on(header, place))
        names.append(question if alone else ": ".join(filter(None, (question, part))))
    return names


def _goes_on(header: Sequence[str], place: int) -> bool:
    """Whether the next column belongs to the same question."""
    return place + 1 < len(header) and not header[place + 1]
