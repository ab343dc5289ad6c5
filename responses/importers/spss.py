"""SPSS files (.sav, .zsav), some thousand cases at a time: codes as they are, labels beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pyreadstat
from django.utils.translation import gettext as _

from responses.importers.cells import as_text
from responses.importers.digest import file_digest
from responses.importers.xlsx import COLUMNS_LIMIT, damaged
from surveys.csv_files import FileError
from surveys.thai_text import normalise

BATCH = 20_000
UNPACKED = 4 << 30
BATCH_BYTES = 64 << 20
"""Of the cases read at once: a packed file may hold texts that are long and empty."""
UNREADABLE = (
    pyreadstat.ReadstatError,
    pyreadstat.PyreadstatError,
    *(OSError, ValueError, OverflowError, MemoryError),
    *(TypeError, AttributeError, KeyError, IndexError),  # the library's own, of what has no name
)


@dataclass(frozen=True)
class SpssFile:
    path: Path
    digest: str
    size: int

    @classmethod
    def inspect(cls, path: Path) -> Self:
        """Raise FileError for a damaged file."""
        with SpssRows(path) as rows:
            return cls(path, file_digest(path), rows.expected)

    def open(self) -> SpssRows:
        return SpssRows(self.path)


class SpssRows:
    """`labels` says what the codes of a column mean, `titles` what a column asks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0
        try:
            _cases, about = pyreadstat.read_sav(path, metadataonly=True, output_format="dict")
        except UNREADABLE as error:
            raise damaged(path) from error
        if len(about.column_names) > COLUMNS_LIMIT:
            raise FileError(
                _("%(file)s has more than %(limit)d columns.")
                % {"file": path.name, "limit": COLUMNS_LIMIT}
            )
        width = sum(max(stored, 8) for stored in about.variable_storage_width.values()) or 1
        self._at_once = min(max(BATCH_BYTES // width, 1), BATCH)
        self._most = UNPACKED // width
        self.expected = max(about.number_rows or 0, 0)
        self.header = [_name(name) for name in about.column_names]
        self.titles = {
            _name(name): normalise(title)
            for name, title in about.column_names_to_labels.items()
            if title
        }
        self.labels = {
            _name(name): {as_text(code): _name(label) for code, label in labels.items()}
            for name, labels in about.variable_value_labels.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing stays open: each batch opens the file for itself."""

    def position(self) -> int:
        return self._read

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while batch := self._batch(self._read):
            if self._read > self._most:
                raise FileError(
                    _("%(file)s would unpack to something far too large. Save it as “CSV UTF-8”.")
                    % {"file": self.path.name}
                )
            for cells in batch:
                self._read += 1
                yield self._read, cells
            if len(batch) < self._at_once:
                return

    def _batch(self, start: int) -> list[list[str]]:
        try:
            cases, _about = pyreadstat.read_sav(
                self.path, row_offset=start, row_limit=self._at_once, output_format="dict"
            )
            columns = [[as_text(cell) for cell in _plain(column)] for column in cases.values()]
            return [list(cells) for cells in zip(*columns, strict=True)]
        except UNREADABLE as error:
            raise damaged(self.path) from error


def _name(text: str | None) -> str:
    """Of a damaged file the library gives no name."""
    return normalise(text or "")


def _plain(column: Any) -> list[Any]:
    return list(column.tolist() if hasattr(column, "tolist") else column)
