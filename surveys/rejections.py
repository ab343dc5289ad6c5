"""Rows that are not taken: which, where, why, and how to mend them."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from surveys.csv_files import CsvReport, FileError

SHOWN = 10
VALUE_LIMIT = 200


class Rejected(Exception):
    """One row is not taken: the column at fault, what it says, why, and how to fix it."""

    def __init__(self, field: str, value: str, why: str) -> None:
        super().__init__(why)
        self.field = field
        self.value = value
        self.why = why


def beside(source: Path) -> Path:
    """Where rejected rows of a file go: beside it; or here, where that may not be written."""
    name = f"{source.stem}.rejected.csv"
    return source.with_name(name) if os.access(source.parent, os.W_OK) else Path(name)


@dataclass
class Rejections:
    """Counts rejected rows, keeps the first few in words, writes all to `path` if there is one.

    Rows stream through: nothing but the first few is held in memory.
    """

    path: Path | None = None
    count: int = 0
    first: list[str] = field(default_factory=list)
    only_if_any: bool = False
    after: int = 0
    """So many bytes of the report, about the first `count` rows, were written before."""
    alike: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many rows each field and reason has rejected, of the first few reasons."""
    _report: CsvReport | None = None

    @classmethod
    def beside(cls, source: Path, path: Path | None, otherwise: Path | None = None) -> Self:
        """To be written to `path`; or, if a row is rejected at all, to `otherwise`. Raise FileError
        where that would overwrite `source`."""
        if path and path.exists() and path.samefile(source):
            raise FileError(
                _("The report of rejected rows would overwrite %(file)s. Name another file.")
                % {"file": source}
            )
        return cls(path or otherwise, only_if_any=path is None)

    def __enter__(self) -> Self:
        if not self.only_if_any:
            self._open()
        return self

    def _open(self) -> None:
        if self.path:
            self._report = CsvReport(self.path, ["row", "field", "value", "why"], after=self.after)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._report:
            self._report.close()

    def add(self, row: int, rejected: Rejected) -> None:
        self.count += 1
        reason = rejected.field, rejected.why
        if reason in self.alike or len(self.first) < SHOWN:
            if reason not in self.alike:
                self.first.append(
                    _("row %(row)d, field %(field)s: %(why)s")
                    % {"row": row, "field": rejected.field, "why": rejected.why}
                )
            self.alike[reason] += 1
        if self._report is None:
            self._open()
        if self._report:
            self._report.write([row, rejected.field, rejected.value[:VALUE_LIMIT], rejected.why])

    def written(self) -> int:
        """How many bytes of the report are in the file for good."""
        return self._report.written() if self._report else 0

    def _counted(self) -> Iterator[str]:
        """The first of each reason, and how many more rows have it."""
        for said, count in zip(self.first, self.alike.values(), strict=True):
            more = _("(and %(count)s more rows)") % {"count": f"{count - 1:,}"}
            yield f"{said} {more}" if count > 1 else said

    def in_words(self) -> list[str]:
        """The first rejected rows, and where the others are."""
        if not self.count:
            return []
        where = (
            _("All are in %(file)s.") % {"file": self.path}
            if self.path
            else _("Write all of them to a file with --rejected.")
        )
        total = _("%(count)d rows rejected.") % {"count": self.count}
        return [*self._counted(), f"{total} {where}"]
