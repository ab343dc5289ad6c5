"""Where in a file its table begins: on which sheet, with which row as its header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Layout:
    """`sheet` is "" for the first that has rows, `header_row` 0 for the first row that says
    anything; `header_rows` counts the rows that head the columns."""

    sheet: str = ""
    header_row: int = 0
    header_rows: int = 1

    @classmethod
    def of(cls, entries: Mapping[str, Any]) -> Layout:
        """As a mapping's entries say it."""
        return cls(**{name: entries[name] for name in cls.__dataclass_fields__ if name in entries})

    def entries(self) -> dict[str, Any]:
        """What a mapping must say of it."""
        return {
            name: value
            for name in self.__dataclass_fields__
            if (value := getattr(self, name)) != getattr(AS_FOUND, name)
        }


AS_FOUND = Layout()
"""The first row that says anything, of the first sheet that has one."""

Beginning = Sequence[tuple[int, Sequence[str]]]
"""The first rows of a sheet, with their numbers."""
