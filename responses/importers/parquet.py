"""Parquet files, a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pyarrow
from django.utils.translation import gettext as _
from pyarrow import parquet

from responses.importers.cells import as_text
from responses.importers.digest import file_digest
from responses.importers.xlsx import COLUMNS_LIMIT, damaged
from surveys.csv_files import FileError
from surveys.thai_text import normalise

BATCH = 2_000
GROUP_LIMIT = 1 << 30
UNREADABLE = (pyarrow.ArrowException, OSError, ValueError, OverflowError, UnicodeError)


@dataclass(frozen=True)
class ParquetFile:
    path: Path
    digest: str
    size: int

    @classmethod
    def inspect(cls, path: Path) -> Self:
        """Raise FileError for a damaged file, or one whose parts are too large for memory."""
        with ParquetRows(path) as rows:
            return cls(path, file_digest(path), rows.expected)

    def open(self) -> ParquetRows:
        return ParquetRows(self.path)


class ParquetRows:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0
        try:
            self._file = parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
            about = self._file.metadata
            groups = [about.row_group(k).total_byte_size for k in range(about.num_row_groups)]
            self.expected = about.num_rows
            self.header = [normalise(name) for name in self._file.schema_arrow.names]
        except UNREADABLE as error:
            raise damaged(path) from error
        if max(groups, default=0) > GROUP_LIMIT or len(self.header) > COLUMNS_LIMIT:
            self.close()
            raise FileError(
                _("%(file)s would unpack to something far too large. Save it as “CSV UTF-8”.")
                % {"file": path.name}
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def position(self) -> int:
        return self._read

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """A row's number counts from 1, as in the tools that show such files."""
        try:
            for batch in self._file.iter_batches(batch_size=BATCH, use_threads=False):
                columns = [
                    [as_text(cell) for cell in column.to_pylist()] for column in batch.columns
                ]
                for cells in zip(*columns, strict=True):
                    self._read += 1
                    yield self._read, list(cells)
        except UNREADABLE as error:
            raise damaged(self.path) from error
