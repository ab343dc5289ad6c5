"""Estimates from counts (`cell_counts`): the cost does not grow with the number of responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .cell_counts import EVERY_RESPONSE, NOWHERE, CellCounts
from .cell_variance import linearised_variances
from .lonely import LonelyPSU
from .sums import Floats, Ints, across, count_distinct, sums_by
from .values import Columns, Estimate


def poststratify(
    cells: CellCounts, poststratum: ArrayLike, totals: Mapping[int, float]
) -> CellCounts:
    """Cells weighted to the frame: w = d · N_g / Σ_g d in each poststratum g.

    `poststratum` labels each cell, `totals` gives N_g. Cells marked NOWHERE are outside the frame
    and leave the estimate. Responses in a poststratum without a total are an error; a total
    without responses is not covered (see `collapse.coverage`).
    """
    label = np.asarray(poststratum, dtype=np.int64)
    if label.shape != cells.stratum.shape:
        raise ValueError("one poststratum per cell is needed")
    groups, index = np.unique(label, return_inverse=True)
    base = sums_by(index, cells.weight, len(groups))
    unknown = [int(g) for g, d in zip(groups, base, strict=True) if d and g not in totals]
    if unknown and unknown != [NOWHERE]:
        raise ValueError(f"poststrata with responses but without a frame total: {unknown}")
    N = [0.0 if g == NOWHERE else float(totals.get(int(g), 0.0)) for g in groups]
    return _weighted_to(cells, label, index, np.array(N, dtype=np.float64))


def _weighted_to(cells: CellCounts, label: Ints, group: Ints, totals: Floats) -> CellCounts:
    """Weighted to the totals of the groups numbered so; without what `label` has NOWHERE."""
    base = sums_by(group, cells.weight, len(totals))
    factor = np.divide(totals, base, out=np.zeros_like(base), where=base > 0)[group][:, None]
    return replace(
        cells,
        counts=np.where(label[:, None] == NOWHERE, 0, cells.counts),
        weights=cells.weights * factor,
        squared_weights=cells.squared_weights * factor**2,
        poststratum=label,
    )


def poststratify_places(
    cells: CellCounts, place: ArrayLike, encounters: ArrayLike, group: ArrayLike
) -> CellCounts:
    """Cells weighted to the frame place by place, with variance strata that places may share.

    place       of each row of `cells`, a position in the two that follow
    encounters  (places,) N_h
    group       (places,) the variance stratum of each place, or NOWHERE (`collapse.Collapse.group`)

    Each place keeps its own weight, w = d · N_h / Σ_h d, also where it has a single answer; what it
    borrows from its neighbour is the spread: deviations are taken from the mean of the group.
    """
    at, groups = np.asarray(place, dtype=np.int64), np.asarray(group, dtype=np.int64)
    N = np.asarray(encounters, dtype=np.float64)
    label = groups[at]
    return replace(_weighted_to(cells, label, at, np.where(groups == NOWHERE, 0, N)), stratum=label)


def mean_of_cells(
    cells: CellCounts,
    y: ArrayLike,
    domain: ArrayLike | None = None,
    *,
    lonely: LonelyPSU = LonelyPSU.AVERAGE,
) -> Estimate:
    """The weighted mean of `y` over the cells of a domain.

    y       the value of each rating: (0, 0, 0, 1, 1) for top-two-box, (1, 2, 3, 4, 5) for the mean
    domain  a boolean per cell; all cells where it is left out

    p̂ = Σ w y / Σ w and V̂ = Σ_h n_h/(n_h−1) Σ_k (z_hk − z̄_h)² with z the PSU totals of
    w (y − p̂)/Σw, or of its poststratified residuals [Särndal, Swensson and Wretman 1992;
    R `survey::svymean`]. The domain is a mask: the strata keep all their PSUs.
    """
    inside = np.ones(len(cells), dtype=bool) if domain is None else np.asarray(domain, dtype=bool)
    return means_by_domain(cells, y, np.where(inside, 0, NOWHERE), domains=1, lonely=lonely)[0]


def means_by_domain(
    cells: CellCounts,
    y: ArrayLike,
    domain: ArrayLike,
    *,
    domains: int | None = None,
    lonely: LonelyPSU = LonelyPSU.AVERAGE,
) -> list[Estimate]:
    """The weighted mean of `y` in each of many disjoint domains, all at once.

    `domain` numbers the domain of each cell from 0, NOWHERE for none; the k-th estimate is that
    of domain k. The result is that of `mean_of_cells` with the mask `domain == k`.
    """
    return columns_by_domain(cells, [y], domain, domains=domains, lonely=lonely)[0].separate()


def columns_by_domain(
    cells: CellCounts,
    ys: Sequence[ArrayLike],
    domain: ArrayLike,
    *,
    domains: int | None = None,
    lonely: LonelyPSU = LonelyPSU.AVERAGE,
) -> list[Columns]:
    """`means_by_domain` side by side, of each of several `ys`."""
    values = [np.asarray(y, dtype=np.float64) for y in ys]
    label = np.asarray(domain, dtype=np.int64)
    if any(y.shape != (len(cells.values),) for y in values) or label.shape != cells.stratum.shape:
        raise ValueError("y needs a value per rating, domain a label per cell")
    K = domains if domains is not None else int(label.max(initial=NOWHERE)) + 1
    inside = label >= 0
    part = label[inside]
    W = sums_by(part, cells.weights[inside], K)
    weight = across(W)
    sum_of_squares = sums_by(part, across(cells.squared_weights)[inside], K)
    n = sums_by(part, cells.weighted[inside], K)
    psus, strata = _psus_and_strata(cells, label, K)
    known = weight > 0

    def where_known(column: Floats, otherwise: float = np.nan) -> Floats:
        return np.where(known, column, otherwise)

    with np.errstate(invalid="ignore", divide="ignore"):
        means = [_exact_mean(W, y) for y in values]
        of_each = [(y, np.nan_to_num(mean)) for y, mean in zip(values, means, strict=True)]
        variances = linearised_variances(cells, of_each, label, weight, lonely)
        found = []
        for y, mean, variance in zip(values, means, variances, strict=True):
            spread = across(W * (y - mean[:, None]) ** 2) / weight
            # A standard error below 1e-12 of the scale is rounding, not information.
            variance[variance <= (1e-12 * np.ptp(y)) ** 2] = 0.0
            found.append(
                Columns(
                    value=where_known(mean),
                    variance=where_known(variance),
                    se=where_known(np.sqrt(variance)),
                    n=where_known(n, 0.0),
                    n_kish=where_known(weight**2 / sum_of_squares, 0.0),
                    n_eff=where_known(np.where(variance > 0, spread / variance, np.nan)),
                    df=where_known(psus - strata, 0.0),
                    weight=where_known(weight, 0.0),
                    psus=where_known(psus),
                )
            )
    return found


def _exact_mean(W: Floats, y: Floats) -> Floats:
    """Σ W y / Σ W, and exactly y where all the weight lies on one value of y."""
    mean: Floats = (W @ y) / across(W)
    low = np.where(W > 0, y, np.inf).min(axis=1)
    high = np.where(W > 0, y, -np.inf).max(axis=1)
    return np.clip(mean, low, high)


def _psus_and_strata(cells: CellCounts, label: Ints, K: int) -> tuple[NDArray[Any], Ints]:
    """PSUs and strata with responses of each domain; R's `degf` of a subset is their difference."""
    answered = cells.weighted
    here = (label >= 0) & (answered > 0)
    element = here & (cells.psu == EVERY_RESPONSE)
    cluster = here & (cells.psu != EVERY_RESPONSE)
    responses = sums_by(label[element], answered[element], K)
    psus = count_distinct(label[cluster], cells.stratum[cluster], cells.psu[cluster], size=K)
    strata = count_distinct(label[here], cells.stratum[here], size=K)
    return responses + psus, strata
