"""A cross-tab as it may be shown: counts, and what of them is suppressed.

Cells under ten answers are suppressed, and what would give them away: the rule of published figures
(`analytics/domains/least.py`), for the sums of each row, of each column and of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.crosstabs.columns import NOTHING, Column
from analytics.crosstabs.order import ANSWERS, Order
from analytics.domains.least import Least
from analytics.domains.sums import Sum
from analytics.domains.suppression import SMALLEST_PUBLISHED

MOST_CELLS = 2_500
ALL = None
"""In the place of a row or column: all of them together."""
TOP_TWO = ("4", "5")

Place = tuple[str | None, str | None]
"""The value of the row and that of the column."""
Rows = NDArray[np.bool_]


class TooLargeError(Exception):
    """More cells than can be protected in seconds."""


@dataclass(frozen=True)
class Table:
    """`counts`: of every place with answers how many; of a table of satisfaction how many were
    satisfied and how many not. `rows` and `columns` are values, in order."""

    rows: Sequence[str]
    columns: Sequence[str]
    counts: Mapping[Place, Sequence[int]]

    def hidden(self, besides: Iterable[Place] = ()) -> set[Place]:
        """The places that are suppressed, those in `besides` with them."""
        places = list(self.counts)
        number = {place: row for row, place in enumerate(places)}
        forced = np.zeros(len(places), dtype=np.bool_)
        forced[[number[place] for place in besides]] = True
        counts = np.array(list(self.counts.values()), dtype=np.int64)
        none = (0,) * counts.shape[1]
        sums = [
            Sum(number[total], tuple(number[part] for part in parts if part in number), none, block)
            for block, (total, parts) in enumerate(self._sums())
            if parts and total in number
        ]
        rows = Least(counts, sums, SMALLEST_PUBLISHED).hidden(forced)
        return {place for place, row in zip(places, rows, strict=True) if row}

    def _sums(self) -> Iterator[tuple[Place, list[Place]]]:
        yield (ALL, ALL), [(row, ALL) for row in self.rows]
        yield (ALL, ALL), [(ALL, column) for column in self.columns]
        for row in self.rows:
            yield (row, ALL), [(row, column) for column in self.columns]
        for column in self.columns:
            yield (ALL, column), [(row, column) for row in self.rows]

    def as_data(self, hidden: set[Place]) -> dict[str, Any]:
        """What may be shown: for each place its counts, null where it is suppressed."""

        def shown(place: Place) -> list[int] | None:
            return None if place in hidden else list(self.counts.get(place, [0]))

        across = [ALL, *self.columns] if self.columns else [ALL]
        return {
            "rows": list(self.rows),
            "columns": list(self.columns),
            "total": [shown((ALL, column)) for column in across],
            "cells": [[shown((row, column)) for column in across] for row in self.rows],
        }


def places_of(result: Mapping[str, Any]) -> Iterator[tuple[Place, list[int]]]:
    """Every place of a stored table whose counts are shown and that has answers."""
    across = [ALL, *result["columns"]]
    for row, cells in zip([ALL, *result["rows"]], [result["total"], *result["cells"]], strict=True):
        for column, counts in zip(across, cells, strict=True):
            if counts and sum(counts):
                yield (row, column), counts


def stored_columns(order: Order, columns: Mapping[str, Column], overall: str) -> list[str]:
    """By what the rows of files are to be counted."""
    wanted = [columns[name].stored for name in (order.rows, order.columns) if name]
    return [*wanted, *([] if order.measure == ANSWERS else [overall])]


def tabulated(
    counted: Iterable[Sequence[Any]], order: Order, columns: Mapping[str, Column]
) -> Table:
    """The table of the counts that `stored_columns` asked for. Raises TooLargeError."""
    row, column = columns[order.rows], columns.get(order.columns)
    kinds: Callable[[Any], list[int] | None] = _answers if order.measure == ANSWERS else _satisfied
    cells: dict[Place, NDArray[np.int64]] = {}
    for *values, n in counted:
        kind = kinds(values)
        if kind is None:
            continue
        here = row.value(values[0])
        there = column.value(values[1]) if column else ALL
        for place in {(here, there), (here, ALL), (ALL, there), (ALL, ALL)}:
            cells[place] = cells.get(place, np.zeros(len(kind), np.int64)) + n * np.array(kind)
    found = {place: counts.tolist() for place, counts in cells.items()}
    rows = _in_order(row, {place[0] for place in found})
    across = _in_order(column, {place[1] for place in found}) if column else []
    if len(rows) * max(len(across), 1) > MOST_CELLS:
        raise TooLargeError
    return Table(rows, across, found)


def _answers(_values: Sequence[Any]) -> list[int]:
    return [1]


def _satisfied(values: Sequence[Any]) -> list[int] | None:
    """Satisfied, not satisfied; None of those who did not rate the whole."""
    if not values[-1]:
        return None
    return [1, 0] if values[-1] in TOP_TWO else [0, 1]


def _in_order(column: Column, found: set[str | None]) -> list[str]:
    return [value for value in (*column.values, NOTHING) if value in found]
