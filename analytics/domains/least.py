"""The smallest set of domains to suppress, by integer programming."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from analytics.domains.audit import PROTECTION, Component, Known, breaches, components
from analytics.domains.sums import Counts, Sum

SECONDS = 3.0
"""Of search for the smallest set of one block; then the best set found so far is taken."""
NEARLY = 0.01
"""A set that is at most so much larger than the smallest one will do."""
Rows = NDArray[np.bool_]


class Least:
    """Protects a table of counts (rows, kinds of answer) whose rows add up as `sums` say."""

    def __init__(self, counts: Counts, sums: Sequence[Sum], smallest: int) -> None:
        self.counts, self.sums, self.smallest = counts, sums, smallest
        self.sizes = counts.sum(axis=1)
        self.blocks: dict[int, list[Sum]] = {}
        self.of_row: dict[int, list[Sum]] = {}
        for each in sums:
            self.blocks.setdefault(each.block, []).append(each)
            for member in each.members:
                self.of_row.setdefault(member, []).append(each)
        self._solved: dict[tuple[int, bytes], Rows] = {}
        self._known = Known(counts)

    def hidden(self, besides: Rows | None = None) -> Rows:
        """Rows to suppress, those in `besides` whatever their size: no published sum leaves 1 to
        `smallest` − 1 answers, and the audit finds every suppressed row protected. Where it does
        not, more is suppressed."""
        hidden = self.sizes < self.smallest
        if besides is not None:
            hidden = hidden | besides
        while True:
            hidden = self._closed(hidden)
            more = [
                row for part in components(self.sums, hidden) for row in self._beside(part, hidden)
            ]
            if not more:
                return hidden
            hidden[more] = True

    def _closed(self, hidden: Rows) -> Rows:
        """Each block solved in turn until none asks for more."""
        while True:
            before = hidden
            for block, sums in self.blocks.items():
                hidden = hidden | self._block(block, sums, hidden)
            if (hidden == before).all():
                return hidden

    def _block(self, block: int, sums: list[Sum], forced: Rows) -> Rows:
        rows = np.unique([member for each in sums for member in each.members])
        key = (block, forced[rows].tobytes())
        if key not in self._solved:
            chosen = forced.copy()
            if not all(self._holds(each, forced) for each in sums):
                chosen[rows] = self._smallest_set(sums, rows, forced)
            self._solved[key] = chosen[rows]
        result = np.zeros_like(forced)
        result[rows] = self._solved[key]
        return result

    def _holds(self, each: Sum, hidden: Rows) -> bool:
        inside = [member for member in each.parts if hidden[member]]
        rest = np.array(each.rest)
        many = len(inside) + bool(hidden[each.total]) + bool(rest.any())
        if many == 0:
            return True
        left = self.counts[inside].sum(axis=0) + rest
        small = self.sizes[each.total] < self.smallest
        enough = small or (not inside and not rest.any()) or left.sum() >= self.smallest
        kinds = hidden[each.total] or len(left) == 1 or bool((left >= PROTECTION).all())
        return many > 1 and enough and kinds

    def _smallest_set(self, sums: list[Sum], rows: NDArray[np.int64], forced: Rows) -> Rows:
        """x says of each row whether it is suppressed, h of each sum whether one of its parts is;
        the answers of suppressed rows are minimised."""
        program = _Rules(self, sums, rows)
        lowest = np.concatenate([forced[rows], np.zeros(len(sums))]).astype(float)
        cost = np.concatenate([self.sizes[rows] + 1.0, np.zeros(len(sums))])
        found = optimize.milp(
            cost,
            constraints=program.constraints(),
            integrality=np.concatenate([np.ones(len(rows)), np.zeros(len(sums))]),
            bounds=optimize.Bounds(lowest, np.ones(len(cost))),
            options={"time_limit": SECONDS, "mip_rel_gap": NEARLY},
        )
        if found.x is not None:
            return np.asarray(found.x[: len(rows)] > 0.5)
        return self._greedy(sums, forced)[rows]

    def _greedy(self, sums: list[Sum], hidden: Rows) -> Rows:
        """A set that holds, found without a search."""
        hidden = hidden.copy()
        while broken := [each for each in sums if not self._holds(each, hidden)]:
            for each in broken:
                shown = [m for m in each.parts if not hidden[m]] or [each.total]
                hidden[min(shown, key=lambda member: (self.sizes[member], member))] = True
        return hidden

    def _beside(self, part: Component, hidden: Rows) -> set[int]:
        """Of each block with an exposed row the smallest published row beside it; empty where no
        row is exposed."""
        found = breaches(part, self.counts, hidden, self._known, self.block_of)
        return {self._smallest_beside((breach.row,), part, hidden) for breach in found}

    def block_of(self, row: int) -> int:
        return max(each.block for each in self.of_row[row])

    def _smallest_beside(self, rows: tuple[int, ...], part: Component, hidden: Rows) -> int:
        beside = {m for row in rows for each in self.of_row[row] for m in each.members}
        if shown := [member for member in beside if not hidden[member]]:
            return min(shown, key=lambda member: (self.sizes[member], member))
        if rows == part.rows:
            raise RuntimeError("rows are exposed beside which nothing is published")
        return self._smallest_beside(part.rows, part, hidden)


class _Rules:
    """The conditions of `_holds` as linear rows over x and h."""

    def __init__(self, table: Least, sums: list[Sum], rows: NDArray[np.int64]) -> None:
        self.table, self.sums = table, sums
        self.place = {int(row): number for number, row in enumerate(rows)}
        self.width = len(rows) + len(sums)
        self.entries: list[tuple[int, int, float]] = []
        self.least: list[float] = []

    def constraints(self) -> optimize.LinearConstraint:
        for number, each in enumerate(self.sums):
            self._not_alone(each)
            self._enough(each, len(self.place) + number)
        row, column, value = zip(*self.entries, strict=True)
        matrix = sparse.csr_array((value, (row, column)), shape=(len(self.least), self.width))
        return optimize.LinearConstraint(matrix, lb=np.array(self.least), ub=np.inf)

    def _row(self, entries: dict[int, float], least: float) -> None:
        self.entries += [(len(self.least), column, value) for column, value in entries.items()]
        self.least.append(least)

    def _not_alone(self, each: Sum) -> None:
        """Σ other x + [rest] ≥ x"""
        rest = 1.0 if any(each.rest) else 0.0
        for member in each.members:
            others = {self.place[m]: 1.0 for m in each.members if m != member}
            self._row(others | {self.place[member]: -1.0}, -rest)

    def _enough(self, each: Sum, h: int) -> None:
        """h ≥ x; Σ n x + rest ≥ 10 h; for each kind Σ c x + rest + 5 x_total ≥ 5 h"""
        if any(each.rest):
            self._row({h: 1.0}, 1.0)
        for part in each.parts:
            self._row({h: 1.0, self.place[part]: -1.0}, 0.0)
        counts, total = self.table.counts, self.place[each.total]
        if self.table.sizes[each.total] >= self.table.smallest:
            held = {self.place[p]: float(self.table.sizes[p]) for p in each.parts}
            self._row(held | {h: -float(self.table.smallest)}, -float(sum(each.rest)))
        for kind in range(counts.shape[1]) if counts.shape[1] > 1 else ():
            held = {self.place[p]: float(counts[p, kind]) for p in each.parts}
            self._row(
                held | {total: float(PROTECTION), h: -float(PROTECTION)}, -float(each.rest[kind])
            )
