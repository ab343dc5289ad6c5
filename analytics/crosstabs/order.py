"""What somebody asks for: a table of two columns over some waves and months, and of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analytics.crosstabs.columns import Column

ANSWERS, SATISFIED = "answers", "satisfied"
"""What a cell says: how many answered, or which share of them was satisfied."""


@dataclass(frozen=True)
class Order:
    """`rows` and `columns` are names of columns (none: one column of all); `first` and `last`
    months as in 2026-01, blank where there is no bound; `only` pairs of a column and the value
    that it must have."""

    rows: str
    columns: str = ""
    measure: str = ANSWERS
    first: str = ""
    last: str = ""
    only: tuple[tuple[str, str], ...] = ()

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Order:
        only = tuple((name, value) for name, value in data["only"])
        return cls(**{**data, "only": only})

    def holds(self, month: str) -> bool:
        return (self.first or month) <= month <= (self.last or month)

    def filters(self, columns: dict[str, Column]) -> dict[str, Sequence[str]]:
        """By stored column the values that meet every condition."""
        found: dict[str, set[str]] = {}
        for name, value in self.only:
            column = columns[name]
            values = set(column.stored_values(value))
            found[column.stored] = found.get(column.stored, values) & values
        return {stored: sorted(values) for stored, values in found.items()}
