"""What somebody with all that is published can work out of what is suppressed: linear programming
over every sum [Fischetti and Salazar 2001; Hundepool et al. 2012, Statistical Disclosure Control].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from analytics.domains.sums import Counts, Sum

PROTECTION = 5
"""The attainable numbers of a suppressed domain must lie at least so far apart: of its answers,
and of each kind of answer."""

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Breach:
    """Row `row` is suppressed, yet its answers of a kind (None: of all kinds) lie in a range that
    is too narrow. From `low == high == 0` of those not satisfied follows that all were."""

    row: int
    kind: int | None
    low: float
    high: float


@dataclass(frozen=True)
class Component:
    """Suppressed rows that some sums tie together, and no published figure takes apart."""

    rows: tuple[int, ...]
    sums: tuple[Sum, ...]


class Known:
    """Of each row the least and the most answers, of all kinds and of each, that some table which
    agrees with the published figures was found to have.

    What more is suppressed rules out no table, so that what was found to be possible stays so.
    """

    def __init__(self, counts: Counts) -> None:
        self.low = np.column_stack([counts.sum(axis=1), counts]).astype(np.float64)
        self.high = self.low.copy()

    def open(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of these rows have not been found to be far enough apart."""
        apart = self.high[rows] - self.low[rows]
        return np.asarray((apart < PROTECTION).any(axis=1))

    def add(self, rows: Rows, table: Numbers) -> None:
        """`table`: answers by kind that these rows may have."""
        values = np.column_stack([table.sum(axis=1), table])
        self.low[rows] = np.minimum(self.low[rows], values)
        self.high[rows] = np.maximum(self.high[rows], values)


def audit(counts: Counts, sums: Sequence[Sum], hidden: NDArray[np.bool_]) -> list[Breach]:
    """Every suppressed row of (rows, kinds) counts that the published ones give away."""
    known = Known(counts)
    found = (breaches(each, counts, hidden, known) for each in components(sums, hidden))
    return [breach for each in found for breach in each]


def components(sums: Iterable[Sum], hidden: NDArray[np.bool_]) -> Iterator[Component]:
    by_row: dict[int, list[Sum]] = defaultdict(list)
    for each in sums:
        for member in each.members:
            if hidden[member]:
                by_row[member].append(each)
    left = set(by_row)
    while left:
        rows, tied = {first := left.pop()}, dict[int, Sum]()
        waiting = [first]
        while waiting:
            for each in by_row[waiting.pop()]:
                tied[id(each)] = each
                new = {m for m in each.members if hidden[m]} - rows
                rows |= new
                waiting += new
        left -= rows
        yield Component(tuple(sorted(rows)), tuple(tied.values()))


def breaches(
    part: Component,
    counts: Counts,
    hidden: NDArray[np.bool_],
    known: Known | None = None,
    block_of: Callable[[int], int] | None = None,
) -> Iterator[Breach]:
    """The breaches of one component; with `block_of` the first of each block alone. `known`: what
    was found to be possible before, with no more suppressed than now; what is found is added."""
    known = known or Known(counts)
    if not known.open(np.array(part.rows)).any():
        return
    program = _Program(part, counts, hidden, known)
    program.look_around()
    done: set[int] = set()
    for place, row in enumerate(part.rows):
        if block_of and block_of(row) in done:
            continue
        low, high = program.range_of(place)
        for column in np.flatnonzero(high - low < PROTECTION - 1e-6).tolist():
            yield Breach(row, column - 1 if column else None, low[column], high[column])
            done |= {block_of(row)} if block_of else set()


class _Program:
    """All tables that agree with what is published about one component.

    A column is a suppressed row, or the rest of a sum, by kind of answer; each is 0 or more.
    """

    def __init__(
        self, part: Component, counts: Counts, hidden: NDArray[np.bool_], found: Known
    ) -> None:
        self.rows, self.found = np.array(part.rows), found
        self.kinds = counts.shape[1]
        place = {row: number for number, row in enumerate(part.rows)}
        rests = [each for each in part.sums if any(each.rest)]
        self.size = len(place)
        width = self.size + len(rests)
        table = sparse.lil_array((len(part.sums), width))
        known = np.zeros((len(part.sums), self.kinds))
        for number, each in enumerate(part.sums):
            for member, sign in [(each.total, -1), *((p, 1) for p in each.parts)]:
                if hidden[member]:
                    table[number, place[member]] += sign
                else:
                    known[number] -= sign * counts[member]
        for number, each in enumerate(rests):
            table[part.sums.index(each), self.size + number] = 1
        self.table = sparse.csr_array(sparse.kron(table, sparse.eye(self.kinds)))
        self.known = known.reshape(-1)
        # A bound on every number stands in for none: beyond it nothing needs to be known.
        largest = counts[self.rows].sum(axis=1).max()
        self.most = float(largest + 10 * PROTECTION + np.abs(self.known).sum())

    def look_around(self) -> None:
        """Tables in random directions, as long as they find a fifth of the open rows to be free:
        what they show need not be asked of each row."""
        random = np.random.default_rng(len(self.known))
        left = 2 * self.size
        while 0 < (now := int(self._open().sum())) < 0.8 * left:
            left = now
            direction = np.zeros((self.table.shape[1] // self.kinds, self.kinds))
            direction[: self.size][self._open()] = random.choice([-1.0, 1.0], (now, 1))
            self._solve(direction.reshape(-1))
            self._solve(-direction.reshape(-1))

    def _open(self) -> NDArray[np.bool_]:
        return self.found.open(self.rows)

    def range_of(self, place: int) -> tuple[Numbers, Numbers]:
        """The least and most answers of a row, of all kinds and of each; known to be further
        apart than PROTECTION, or exactly. The kinds are bound by no common sum, so that one
        program is the extreme of each."""
        row = self.rows[place]
        for sign in (1.0, -1.0):
            if not self.found.open(self.rows[place : place + 1]).any():
                break
            objective = np.zeros(self.table.shape[1])
            objective[place * self.kinds : (place + 1) * self.kinds] = sign
            self._solve(objective)
        return self.found.low[row], self.found.high[row]

    def _solve(self, objective: Numbers) -> None:
        """The table that is least in this direction, kept among those that are possible."""
        found = optimize.milp(
            objective,
            constraints=optimize.LinearConstraint(self.table, self.known, self.known),
            bounds=optimize.Bounds(0, self.most),
        )
        if found.x is None:
            raise RuntimeError(f"the published figures contradict each other: {found.message}")
        self.found.add(self.rows, found.x.reshape(-1, self.kinds)[: self.size])
