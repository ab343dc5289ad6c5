"""The linearised variance of weighted means of cell counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .cell_counts import CellCounts
from .lonely import LonelyPSU, LonelyPSUError
from .sums import Floats, Ints, across, codes, sums_by


@dataclass(frozen=True, eq=False)
class Touched:
    """The cells that the variance of each domain needs: all cells of the strata it touches.

    pair     (rows,) the (domain, stratum) pair of the row
    cell     (rows,) the cell of the row
    domain   (pairs,) and
    stratum  (pairs,) of each pair, strata numbered from 0
    """

    pair: Ints
    cell: Ints
    domain: Ints
    stratum: Ints


def linearised_variances(
    cells: CellCounts,
    means: Sequence[tuple[Floats, Floats]],
    label: Ints,
    weight: Floats,
    lonely: LonelyPSU,
) -> list[Floats]:
    """V̂ of each of several means in each domain 0 … K−1 of `label`; 0 where it has no weight.

    means  of each `y` (R,) its value (K,) in the domains
    """
    touched = _touched(cells, label)
    residuals, own = _Residuals(cells, touched, label, weight), _OwnPSUs(cells, touched)
    return [
        _variance(cells, touched, own, residuals.of(y, value), len(weight), lonely)
        for y, value in means
    ]


def _variance(
    cells: CellCounts,
    touched: Touched,
    own: _OwnPSUs,
    score: Floats,
    K: int,
    lonely: LonelyPSU,
) -> Floats:
    n_h = cells.psus_by_stratum[touched.stratum]
    pairs = len(touched.domain)
    of_cell = across(cells.weights[touched.cell] * score)
    total = sums_by(touched.pair, of_cell, pairs)
    deviation = total / np.maximum(n_h, 1)
    squares = own.squares(score, deviation)
    squares += _squares_of_clusters(cells, touched, of_cell, deviation)
    within = np.where(n_h > 1, squares * n_h / np.maximum(n_h - 1, 1), 0.0)

    variance = sums_by(touched.domain, within, K)
    alone = n_h == 1
    if not alone.any() or lonely in (LonelyPSU.CERTAINTY, LonelyPSU.REMOVE):
        return variance
    if lonely is LonelyPSU.FAIL:
        lonely_ones = np.isin(cells.strata, touched.stratum[alone])
        names = sorted({int(s) for s in cells.stratum[lonely_ones]})
        raise LonelyPSUError(f"strata with one PSU: {names}")
    adjusted = variance + sums_by(touched.domain, np.where(alone, total**2, 0.0), K)
    if lonely is LonelyPSU.ADJUST:
        return adjusted
    here, spread = sums_by(touched.domain, n_h > 0, K), sums_by(touched.domain, n_h > 1, K)
    factor = np.divide(here, spread, out=np.ones(K), where=spread > 0)
    if cells.poststratum is not None:
        # A poststratified design keeps all its strata in a domain, as in R.
        psus = cells.psus_by_stratum
        strata, spreading = int((psus > 0).sum()), int((psus > 1).sum())
        factor[:] = strata / max(spreading, 1)
    # Where no stratum shows any spread there is no average to borrow.
    return np.where(spread > 0, variance * factor, adjusted)


def _touched(cells: CellCounts, label: Ints) -> Touched:
    stratum, inside = cells.strata, np.flatnonzero((label >= 0) & (cells.responses > 0))
    domain, cell = label[inside], inside
    if cells.poststratum is not None:
        # The residual of a poststratum reaches its cells outside the domain, too.
        group, _ = codes(cells.poststratum)
        domain, cell = _all_cells_of(group, domain, group[cell])
    _, first = codes(domain, stratum[cell])
    pair_domain, pair_stratum = domain[first], stratum[cell][first]
    members, start, size = _membership(stratum)
    count = size[pair_stratum]
    pair = np.repeat(np.arange(len(pair_domain)), count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    rows = members[start[pair_stratum][pair] + offset]
    return Touched(pair, rows, pair_domain, pair_stratum)


def _all_cells_of(group: Ints, domain: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Every cell of each distinct (domain, group) wanted."""
    _, first = codes(domain, wanted)
    domain, wanted = domain[first], wanted[first]
    members, start, size = _membership(group)
    count = size[wanted]
    pair = np.repeat(np.arange(len(wanted)), count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return domain[pair], members[start[wanted][pair] + offset]


def _membership(group: Ints) -> tuple[Ints, Ints, Ints]:
    """Cells ordered by group, where each group starts, and how many cells it has."""
    size = np.bincount(group)
    return np.argsort(group, kind="stable"), np.cumsum(size) - size, size


class _Residuals:
    """(y − p̂)/Σw in the domain and 0 outside, less its mean in the poststratum; (rows, R)."""

    def __init__(self, cells: CellCounts, touched: Touched, label: Ints, weight: Floats) -> None:
        self.domain = touched.domain[touched.pair]
        inside = (label[touched.cell] == self.domain) & (weight[self.domain] > 0)
        own = weight[self.domain]
        self.scale = np.where(inside, 1.0 / np.where(inside, own, 1.0), 0.0)[:, None]
        self.group: Ints | None = None
        if cells.poststratum is not None:
            self.group, first = codes(self.domain, cells.poststratum[touched.cell])
            self.w = cells.weights[touched.cell]
            self.W = sums_by(self.group, cells.weight[touched.cell], len(first))

    def of(self, y: Floats, value: Floats) -> Floats:
        score: Floats = (y - value[self.domain][:, None]) * self.scale
        if self.group is None:
            return score
        size = len(self.W)
        total = sums_by(self.group, across(self.w * score), size)
        mean = np.divide(total, self.W, out=np.zeros(size), where=self.W > 0)
        return score - mean[self.group][:, None]


class _OwnPSUs:
    """Responses that are their own PSU, by cell and rating: how many, with what mean weight and
    what spread of it."""

    def __init__(self, cells: CellCounts, touched: Touched) -> None:
        self.rows = np.flatnonzero(cells.psu[touched.cell] < 0)
        cell, self.pair = touched.cell[self.rows], touched.pair[self.rows]
        mean, spread = cells.mean_and_spread
        self.n, self.mean, self.spread = cells.counts[cell], mean[cell], spread[cell]

    def squares(self, score: Floats, deviation: Floats) -> Floats:
        """Σ (z − z̄)² by pair.

        Within a rating of a cell, z = w e with one e: Σ(we − z̄)² = e² Σ(w − w̄)² + n (w̄e − z̄)²,
        which stays exact where all weights are equal.
        """
        e = score[self.rows]
        squares = e**2 * self.spread + self.n * (self.mean * e - deviation[self.pair][:, None]) ** 2
        return sums_by(self.pair, across(squares), len(deviation))


def _squares_of_clusters(
    cells: CellCounts, touched: Touched, total: Floats, deviation: Floats
) -> Floats:
    """Σ (z − z̄)² over PSUs with several responses, by pair."""
    psu = cells.psu[touched.cell]
    rows = np.flatnonzero((psu >= 0) & (cells.responses[touched.cell] > 0))
    code, first = codes(touched.pair[rows], psu[rows])
    z = sums_by(code, total[rows], len(first))
    pair = touched.pair[rows][first]
    return sums_by(pair, (z - deviation[pair]) ** 2, len(touched.domain))
