"""CSV files as offices keep them: read in UTF-8 or Thai Windows, written so that Excel is safe."""

import codecs
import csv
import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.utils.translation import gettext as _

from surveys.thai_text import normalise

ENCODINGS = ("utf-8-sig", "cp874")  # never tis-620: it lacks what Excel writes
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_BLOCK = 1 << 20

# A cell may be long; how much of it is kept is the question's business.
csv.field_size_limit(16 * 1024 * 1024)


class FileError(Exception):
    """The file cannot be read at all; the message says what to do."""


@dataclass(frozen=True)
class CsvFile:
    """A CSV file that has been looked through once: how it is encoded, what it is."""

    path: Path
    encoding: str
    digest: str
    size: int
    delimiter: str = ","
    header_row: int = 1

    @classmethod
    def inspect(cls, path: Path, *, delimiter: str = ",", header_row: int = 1) -> Self:
        """Raise FileError for a file that is missing, empty or not text."""
        digest = hashlib.sha256()
        size = 0
        decoders = {name: codecs.getincrementaldecoder(name)() for name in ENCODINGS}
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
                    size += len(block)
                    _keep_able(decoders, block)
        except OSError as error:
            raise FileError(
                _("%(file)s cannot be opened: %(why)s") % {"file": path.name, "why": error.strerror}
            ) from error
        _keep_able(decoders, b"", final=True)
        if not size:
            raise FileError(_("%(file)s is empty.") % {"file": path.name})
        if not decoders:
            raise FileError(
                _("%(file)s is neither UTF-8 nor Thai Windows (cp874). Save it as “CSV UTF-8”.")
                % {"file": path.name}
            )
        return cls(path, next(iter(decoders)), digest.hexdigest(), size, delimiter, header_row)

    def open(self) -> "CsvRows":
        """Raise FileError where there is no header."""
        return CsvRows(self)


def _keep_able(
    decoders: dict[str, codecs.IncrementalDecoder], block: bytes, *, final: bool = False
) -> None:
    for name, decoder in list(decoders.items()):
        try:
            decoder.decode(block, final)
        except UnicodeDecodeError:
            del decoders[name]


class CsvRows:
    """The header and, row by row, the cells. A row has the number that a spreadsheet shows."""

    def __init__(self, source: CsvFile) -> None:
        self.source = source
        self._binary = source.path.open("rb")
        text = io.TextIOWrapper(self._binary, encoding=source.encoding, newline="")
        self._reader = csv.reader(text, delimiter=source.delimiter)
        self.header_row = 0
        try:
            self.header = self._find_header(source.header_row)
        except StopIteration:
            self.header = []
        if not any(self.header):
            self.close()
            raise FileError(_("%(file)s has no header row.") % {"file": source.path.name})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._binary.close()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        number = self.header_row
        try:
            for row in self._reader:
                number += 1
                if any(row):
                    yield number, row
        except csv.Error as error:
            raise self._unreadable(number + 1, error) from error

    def _find_header(self, first: int) -> list[str]:
        """The first row that says anything from row `first` on."""
        while True:
            self.header_row += 1
            try:
                row = next(self._reader)
            except csv.Error as error:
                raise self._unreadable(self.header_row, error) from error
            if self.header_row >= first and any(row):
                return [normalise(name) for name in row]

    def _unreadable(self, number: int, error: csv.Error) -> FileError:
        return FileError(
            _("Row %(row)d of %(file)s cannot be read as CSV: %(why)s. Is a quote left open?")
            % {"row": number, "file": self.source.path.name, "why": error}
        )

    def position(self) -> int:
        return self._binary.tell()

    def column(self, name: str) -> int:
        """Where the column is. Raise FileError if it is missing or there twice."""
        return column_of(self.header, name)


def column_of(header: Sequence[str], name: str) -> int:
    """Where the column is. Raise FileError if it is missing or there twice."""
    if (count := header.count(name)) == 1:
        return header.index(name)
    if count:
        raise FileError(_("Column “%(column)s” appears more than once.") % {"column": name})
    raise FileError(
        _("Column “%(column)s” is missing. The file has: %(columns)s")
        % {"column": name, "columns": ", ".join(column for column in header if column)}
    )


def harmless(cell: object) -> str:
    """The cell as text that no spreadsheet takes for a formula. A number is none, below 0 too."""
    text = str(cell)
    if isinstance(cell, int | float):
        return text
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_line(cells: Sequence[object]) -> str:
    """A line of a file that is sent as it is made; no cell is a formula."""
    line = io.StringIO()
    csv.writer(line).writerow([harmless(cell) for cell in cells])
    return line.getvalue()


class CsvReport:
    """A CSV file for people who open it in Excel: UTF-8 with BOM, no formulas."""

    def __init__(self, path: Path, columns: Sequence[str], *, after: int = 0) -> None:
        """With `after`, written on behind the first so many bytes of what is there."""
        try:
            self._file = path.open("r+b" if after else "wb")
        except OSError as error:
            raise FileError(
                _("%(file)s cannot be written: %(why)s") % {"file": path, "why": error.strerror}
            ) from error
        self._file.truncate(after)
        self._file.seek(after)
        encoding = "utf-8" if after else "utf-8-sig"
        self._text = io.TextIOWrapper(self._file, encoding=encoding, errors="replace", newline="")
        self._writer = csv.writer(self._text)
        if not after:
            self._writer.writerow(columns)

    def write(self, cells: Sequence[object]) -> None:
        self._writer.writerow([harmless(cell) for cell in cells])

    def written(self) -> int:
        """How many bytes are in the file for good."""
        self._text.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        self._text.close()
