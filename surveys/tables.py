"""What the importer needs of a file, whichever its format: a header and rows of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
