"""How many answers of one kind a group holds beyond what honest ones would bring.

A volume alone accuses nobody: offices have busy hours, and citizens share networks. What stuffing
cannot avoid is to add answers on one side while the others stay as they were. So a group (an hour
at a counter, a device) is held against the agency's other answers twice: is its share on one side
improbable, and how many of that side exceed what its own other answers predict? An honest busy
hour brings all kinds; a real improvement has fewer bad answers, not merely more good ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from responses.screening.columns import Flags, Ints

Floats = NDArray[np.float64]

Sides = tuple[tuple[int, ...], ...]
SIDES: Sides = ((5,), (4, 5), (1,), (1, 2))


def sides_from(lowest: float) -> Sides:
    """The sides on which no rating is lower."""
    return tuple(side for side in SIDES if min(side) >= lowest)


CONCENTRATION = 30.0
"""How much places and days differ honestly: their shares vary as draws from a beta distribution
with a + b of this size (a standard deviation of 9 points around one half)."""
ENOUGH = 30
"""So many answers make a yardstick."""


@dataclass(frozen=True, eq=False)
class Leaning:
    """Per group: the side (position in the sides looked at) it leans to most, how surprising that
    is as -log10 of the probability, the share on that side elsewhere, and the answers on it here.
    """

    side: Ints
    surprise: Floats
    usual_share: Floats
    on_side: Ints

    def excess(self, size: Ints, usual: Floats | None = None) -> Ints:
        """How many on the side are more than what the group's other answers predict, or than its
        usual number of answers where that is larger."""
        others = size - self.on_side
        honest = others / np.maximum(1 - self.usual_share, 1e-9)
        if usual is not None:
            honest = np.maximum(honest, usual)
        number = np.floor(self.on_side - honest * self.usual_share + 0.5)
        return np.clip(number, 0, self.on_side).astype(np.int64)


def histograms(group: Ints, groups: int, overall: NDArray[np.int8]) -> Ints:
    """(groups, 5) how often each rating was given."""
    rated = overall > 0
    flat = np.bincount(group[rated] * 5 + overall[rated] - 1, minlength=groups * 5)
    return flat.reshape(groups, 5).astype(np.int64)


def leaning(
    group: Ints,
    groups: int,
    cell: Ints,
    overall: NDArray[np.int8],
    touched: Flags,
    sides: Sides = SIDES,
) -> Leaning:
    """Where each group leans. The yardstick are the answers that the sign does not touch: of the
    same service and channel, or of the whole agency where those are few. So a group cannot raise
    its own yardstick, nor that of its like. A row with group -1 belongs to none."""
    inside = group >= 0
    here = histograms(group[inside], groups, overall[inside])
    cells = int(cell.max()) + 1 if len(cell) else 1
    of_cell = histograms(cell[~touched], cells, overall[~touched])
    first = np.zeros(groups, dtype=np.int64)
    first[group[inside][::-1]] = cell[inside][::-1]
    elsewhere = of_cell[first]
    few = elsewhere.sum(axis=1) < ENOUGH  # and where the agency has few as well, nothing is said
    return lean(here, np.where(few[:, None], of_cell.sum(axis=0), elsewhere), sides=sides)


def lean(
    here: Ints, elsewhere: Ints, concentration: float = CONCENTRATION, sides: Sides = SIDES
) -> Leaning:
    """Where groups with these histograms lean, each against its own yardstick."""
    size, known = here.sum(axis=1), elsewhere.sum(axis=1)
    surprises, shares, counts = [], [], []
    for side in sides:
        columns = [rating - 1 for rating in side]
        on_side = here[:, columns].sum(axis=1)
        prior = len(side) / 5
        share = (elsewhere[:, columns].sum(axis=1) + prior) / (known + 1)
        surprises.append(surprise_of_share(on_side, size, share, known, concentration))
        shares.append(share)
        counts.append(on_side)
    most = np.argmax(surprises, axis=0) if len(size) else np.zeros(0, dtype=np.int64)
    pick = np.arange(len(size))
    # One of several sides would be surprising by chance: Bonferroni.
    surprise = np.maximum(np.array(surprises)[most, pick] - np.log10(len(sides)), 0)
    return Leaning(
        side=most.astype(np.int64),
        surprise=np.where(known >= ENOUGH, surprise, 0.0),
        usual_share=np.array(shares)[most, pick],
        on_side=np.array(counts)[most, pick].astype(np.int64),
    )


def surprise_of_share(
    on_side: Ints, size: Ints, share: Floats, known: Ints, concentration: float
) -> Floats:
    """-log10 of the chance of so many or more: a binomial tail at the effective size, which
    allows for groups that differ honestly and for a yardstick that is itself a sample."""
    n = np.maximum(size, 1).astype(float)
    spread = 1 / n + (1 - 1 / n) / (concentration + 1) + 1 / np.maximum(known, 1)
    effective = np.minimum(1 / spread, n)
    k = on_side / n * effective
    tail = betainc(np.maximum(k, 1e-9), np.maximum(effective - k + 1, 1e-9), share)
    return _minus_log10(np.where(size > 0, tail, 1.0))


def surprise_of_count(count: Any, expected: Any, spread: Any = 0.0) -> Floats:
    """-log10 of the chance of `count` or more where `expected` are usual: negative binomial with
    variance expected + spread × expected². Poisson in the limit."""
    expected = np.maximum(np.asarray(expected, dtype=float), 1e-12)
    size = 1 / np.maximum(np.asarray(spread, dtype=float), 1e-6)
    count = np.asarray(count, dtype=float)
    tail = betainc(np.maximum(count, 1e-9), size, expected / (size + expected))
    return _minus_log10(np.where(count > 0, tail, 1.0))


def _minus_log10(probability: Floats) -> Floats:
    return np.asarray(-np.log10(np.maximum(probability, 1e-300)), dtype=float)


def closest_together(rows: Ints, moment: Ints, number: int) -> Ints:
    """Of these rows, in order of time, the `number` that have the nearest neighbours in time:
    made-up answers come in a row, honest ones are spread between them."""
    if number >= len(rows):
        return rows
    gap = np.diff(moment[rows]).astype(float)
    before = np.concatenate([[np.inf], gap])
    after = np.concatenate([gap, [np.inf]])
    order = np.lexsort((rows, np.minimum(before, after)))
    return np.sort(rows[order[:number]])
