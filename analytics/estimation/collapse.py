"""Thin cells: merged by a fixed rule, so that nobody chooses after seeing the answers.

A cell of the frame with fewer than `minimum` responses (PSUs where clustered) cannot show its own
variance. It is merged with its nearest neighbour. Every merge is recorded. What stays without
responses is not covered by the estimate.

From the second edition of the method on, merging is for variance, never for coverage: a cell that
nobody answered in is not answered for by others, and merged cells keep their own weights
(`cells.poststratify_places`). In the first edition merged cells shared frame total and responses.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .official import Edition
from .sums import Ints, Mask

NOT_COVERED = -1


class Level(StrEnum):
    """How near a neighbour is, nearest first."""

    SERVICE_AND_FAMILY = "SERVICE_AND_FAMILY"
    SERVICE = "SERVICE"
    AGENCY_AND_FAMILY = "AGENCY_AND_FAMILY"
    AGENCY = "AGENCY"


class ThinBecause(StrEnum):
    """Why a cell was merged: nobody answered, or fewer than the declared minimum."""

    NO_RESPONSES = "NO_RESPONSES"
    TOO_FEW_RESPONSES = "TOO_FEW_RESPONSES"


class FrameCell(NamedTuple):
    """A cell of the frame: its place, its encounters N, and its responses (PSUs if clustered).

    A finer stratum than service × channel is told apart by `stratum`.
    """

    agency: Hashable
    service: Hashable
    channel: Hashable
    family: Hashable
    encounters: float
    responses: int
    stratum: Hashable = ""

    def key(self, level: Level) -> tuple[Hashable, ...]:
        match level:
            case Level.SERVICE_AND_FAMILY:
                return self.agency, self.service, self.family
            case Level.SERVICE:
                return self.agency, self.service
            case Level.AGENCY_AND_FAMILY:
                return self.agency, self.family
            case Level.AGENCY:
                return (self.agency,)


@dataclass(frozen=True, slots=True)
class Merge:
    """Cell `cell` was merged with cell `into` (positions in the input), its neighbour at `level`.

    `responses` is what the group of `cell` held before the merge.
    """

    cell: int
    into: int
    level: Level
    because: ThinBecause
    responses: int


@dataclass(frozen=True, eq=False)
class Collapse:
    """The groups that cells were merged into: the poststrata of the estimate.

    group      (cells,) group of each cell, or NOT_COVERED
    totals     frame total N of each group
    merges     each merge, in the order made
    uncovered  cells with encounters that no response speaks for, also after merging
    unframed   cells with responses but no encounters in the frame: they cannot be weighted
    coverage   Σ N of covered cells / Σ N
    merged     Σ N of covered cells too thin to stand alone / Σ N
    thin       (cells,) which these are
    """

    group: Ints
    totals: dict[int, float]
    merges: tuple[Merge, ...]
    uncovered: tuple[int, ...]
    unframed: tuple[int, ...]
    coverage: float
    merged: float
    thin: Mask


def collapse(
    cells: Sequence[FrameCell], minimum: int = 2, *, edition: Edition = Edition.FIRST
) -> Collapse:
    """Merge each cell with fewer than `minimum` responses with its nearest neighbour.

    Nearest: the same service and channel family, then the same service, then the same agency and
    family, then the agency. Among equally near neighbours with responses the one with the most
    encounters is taken (ties: the first in the input): the frame decides, not the answers.
    Cells without encounters take no part; from the second edition on, nor do those that nobody
    answered in.
    """
    in_frame = [i for i, cell in enumerate(cells) if cell.encounters > 0]
    framed = [i for i in in_frame if edition is Edition.FIRST or cells[i].responses > 0]
    leader = list(range(len(cells)))
    members = {i: [i] for i in framed}
    responses = {i: cells[i].responses for i in framed}
    merges: list[Merge] = []

    for level in Level:
        thin_yet = [i for i in framed if responses[leader[i]] < minimum]
        if not thin_yet:
            break
        neighbours: dict[tuple[Hashable, ...], list[int]] = {}
        for i in framed:
            neighbours.setdefault(cells[i].key(level), []).append(i)
        for i in thin_yet:
            candidates = sorted(neighbours[cells[i].key(level)], key=lambda j: -cells[j].encounters)
            while responses[leader[i]] < minimum:
                own = leader[i]
                into = next(
                    (j for j in candidates if leader[j] != own and responses[leader[j]] > 0), None
                )
                if into is None:
                    break
                because = (
                    ThinBecause.TOO_FEW_RESPONSES if responses[own] else ThinBecause.NO_RESPONSES
                )
                merges.append(Merge(i, into, level, because, responses[own]))
                target = leader[into]
                responses[target] += responses.pop(own)
                for j in members.pop(own):
                    members[target].append(j)
                    leader[j] = target

    covered = sorted(g for g in members if responses[g] > 0)
    number = np.full(len(cells), NOT_COVERED, dtype=np.int64)
    number[covered] = np.arange(len(covered))
    group = number[leader]  # a cell that takes no part leads itself, and is not covered
    encounters = np.array([cell.encounters for cell in cells], dtype=np.float64)
    answers = np.array([cell.responses for cell in cells], dtype=np.int64)
    inside = group != NOT_COVERED
    totals = np.bincount(group[inside], encounters[inside], len(covered))
    joined = np.bincount(group[inside], minlength=len(covered)) > 1
    thin = inside & (answers < minimum)
    thin[inside] &= joined[group[inside]]
    return Collapse(
        group=group,
        totals=dict(enumerate(totals.tolist())),
        merges=tuple(merges),
        uncovered=tuple(np.flatnonzero((encounters > 0) & ~inside).tolist()),
        unframed=tuple(np.flatnonzero((encounters <= 0) & (answers > 0)).tolist()),
        coverage=coverage(encounters, inside),
        merged=coverage(encounters, thin),
        thin=thin,
    )


def coverage(encounters: ArrayLike, covered: ArrayLike) -> float:
    """Share of the frame's encounters that lie in covered cells; 0 where the frame is empty."""
    N = np.asarray(encounters, dtype=np.float64)
    total = float(N.sum())
    return float(N[np.asarray(covered, dtype=bool)].sum()) / total if total > 0 else 0.0
