"""A stored cross-tab in words, for its page and its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.crosstabs.columns import Column, columns_of
from analytics.crosstabs.order import ANSWERS, Order
from analytics.estimation.official import Edition, Rule
from analytics.models import CrossTab
from surveys.models import Wave


@dataclass(frozen=True)
class Cell:
    """`n` answers, None where suppressed. `share`: of the row's answers, None where those are
    suppressed; of a table of satisfaction who was satisfied, with the bounds of the official rule
    as for answers drawn at random."""

    n: int | None
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Shown:
    """`lines`: the words of each row with its cells, all of the rows first. `heads`: those of the
    columns, all of them first."""

    order: Order
    waves: Sequence[Wave]
    columns: Mapping[str, Column]
    heads: Sequence[str]
    lines: Sequence[tuple[str, Sequence[Cell]]]

    @property
    def of_answers(self) -> bool:
        return self.order.measure == ANSWERS

    @property
    def row_label(self) -> str:
        return self.columns[self.order.rows].label

    @property
    def column_label(self) -> str:
        return self.columns[self.order.columns].label if self.order.columns else ""

    @property
    def period(self) -> list[str]:
        """The first and the last month, or the only one."""
        months = dict.fromkeys((self.order.first, self.order.last))
        return [self.columns["month"].words(month) for month in months if month]

    @property
    def conditions(self) -> list[str]:
        found = [(self.columns[name], value) for name, value in self.order.only]
        return [f"{column.label}: {column.words(value)}" for column, value in found]

    @property
    def suppressed(self) -> bool:
        return any(cell.n is None for _words, cells in self.lines for cell in cells)


def shown(tab: CrossTab) -> Shown:
    waves = list(tab.waves.select_related("questionnaire"))
    order, columns = Order.from_data(tab.order), columns_of(waves[0].questionnaire, waves)
    result = tab.result or {"rows": [], "columns": [], "total": [], "cells": []}
    row, across = columns[order.rows], columns.get(order.columns)
    heads = [across.words(value) for value in result["columns"]] if across else []
    words = [_("All"), *(row.words(value) for value in result["rows"])]
    lines = [result["total"], *result["cells"]] if tab.result else []
    return Shown(
        order,
        waves,
        columns,
        [_("All"), *heads],
        [(said, _cells(order, line)) for said, line in zip(words, lines, strict=False)],
    )


def _cells(order: Order, line: Sequence[list[int] | None]) -> list[Cell]:
    if order.measure == ANSWERS:
        whole = sum(line[0]) if line[0] else None
        return [
            Cell(None) if each is None else Cell(each[0], each[0] / whole if whole else None)
            for each in line
        ]
    return [Cell(None) if each is None else _satisfied(each) for each in line]


def _satisfied(counts: Sequence[int]) -> Cell:
    n = sum(counts)
    if not n:
        return Cell(0)
    share = counts[0] / n
    interval = Rule(Edition.SECOND).interval_at(share, n)
    return Cell(n, share, interval.low, interval.high)


def records(table: Shown) -> Iterator[list[Any]]:
    """The lines of a file: a header, then one a cell."""
    shares = ["share of the row"] if table.of_answers else ["satisfied", "low", "high"]
    yield ["row", "column", "answers", *shares, "suppressed"]
    for words, cells in table.lines:
        for head, cell in zip(table.heads, cells, strict=True):
            said = [cell.share] if table.of_answers else [cell.share, cell.low, cell.high]
            numbers = ["" if each is None else round(each, 6) for each in said]
            yield [words, head, "" if cell.n is None else cell.n, *numbers, int(cell.n is None)]
