"""What the importer needs of a file, whichever its format: a header and rows of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self


class Rows(Protocol):
    """An open file. A row has the number that a person would look for it by."""

    header: list[str]

    def __enter__(self) -> Self: ...
    def __exit__(self, *exc: object) -> None: ...
    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]: ...

    def position(self) -> int:
        """How much has been read, of the table's `size`."""


class Table(Protocol):
    """A file that has been looked through once. `digest` tells its content from any other."""

    @property
    def path(self) -> Path: ...
    @property
    def digest(self) -> str: ...
    @property
    def size(self) -> int: ...

    def open(self) -> Rows:
        """Raise FileError where it cannot be read."""


class OfTable:
    """What reads the rows of a table in another way: it is the same file."""

    table: Table

    @property
    def path(self) -> Path:
        return self.table.path

    @property
    def digest(self) -> str:
        return self.table.digest

    @property
    def size(self) -> int:
        return self.table.size


@dataclass
class Beginning(OfTable):
    """The first rows of a table, as a table. `is_part` once there turned out to be more."""

    table: Table
    most: int
    is_part: bool = False

    def open(self) -> Rows:
        return _FirstRows(self, self.table.open())


class _FirstRows:
    def __init__(self, of: Beginning, rows: Rows) -> None:
        self.of, self.rows = of, rows
        self.header: list[str] = []

    def __enter__(self) -> Self:
        self.header = self.rows.__enter__().header
        return self

    def __exit__(self, *exc: object) -> None:
        self.rows.__exit__(*exc)

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        for count, row in enumerate(self.rows):
            if count == self.of.most:
                self.of.is_part = True
                return
            yield row

    def position(self) -> int:
        return self.rows.position()
