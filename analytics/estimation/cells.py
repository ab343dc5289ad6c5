"""Estimates from counts: the histogram of a rating per cell is its sufficient statistic.

A cell is a set of responses that share a stratum and (where clustered) a PSU. Per cell and
rating value three sums are kept: responses, Σw and Σw². They give every weighted mean and its
linearised variance, at a cost that does not grow with the number of responses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .cell_variance import linearised_variances
from .lonely import LonelyPSU
from .sums import Floats, Ints, codes, count_distinct, sums_by
from .values import Estimate

EVERY_RESPONSE = -1
"""As `psu`: every response of the cell is a PSU of its own (no clustering)."""

NOWHERE = -1
"""As `domain`: the cell is in no domain. As `poststratum`: the frame does not cover the cell."""

RATINGS = (1.0, 2.0, 3.0, 4.0, 5.0)


@dataclass(frozen=True, eq=False)
class CellCounts:
    """Sufficient statistics of a survey, a row per cell and a column per rating value.

    stratum          (cells,) stratum of the cell; several cells may share one
    psu              (cells,) primary sampling unit within the stratum, or EVERY_RESPONSE
    counts           (cells, R) responses with each rating value
    weights          (cells, R) their Σw
    squared_weights  (cells, R) their Σw²
    values           the R rating values
    poststratum      (cells,) set by `poststratify`; the variance then uses residuals
    """

    stratum: Ints
    psu: Ints
    counts: Ints
    weights: Floats
    squared_weights: Floats
    values: tuple[float, ...] = RATINGS
    poststratum: Ints | None = None

    def __post_init__(self) -> None:
        shape = (len(self.stratum), len(self.values))
        if any(a.shape != shape for a in (self.counts, self.weights, self.squared_weights)):
            raise ValueError(f"counts, weights and squared weights must have the shape {shape}")
        if self.psu.shape != self.stratum.shape:
            raise ValueError("psu and stratum must have one entry per cell")
        if np.any(self.counts < 0) or np.any(self.weights < 0):
            raise ValueError("counts and weights cannot be negative")

    @classmethod
    def from_histograms(
        cls,
        stratum: ArrayLike,
        psu: ArrayLike,
        counts: ArrayLike,
        base_weight: ArrayLike = 1.0,
        values: Sequence[float] = RATINGS,
    ) -> CellCounts:
        """Cells from rating histograms, where each row has one base weight.

        A cell whose responses have several base weights is given as several rows.
        """
        n = np.asarray(counts, dtype=np.int64)
        if n.ndim != 2:
            raise ValueError("counts must be a table: a row per cell, a column per rating value")
        d = np.broadcast_to(np.asarray(base_weight, dtype=np.float64), n.shape[:1])[:, None]
        return cls(
            stratum=np.broadcast_to(np.asarray(stratum, dtype=np.int64), n.shape[:1]),
            psu=np.broadcast_to(np.asarray(psu, dtype=np.int64), n.shape[:1]),
            counts=n,
            weights=n * d,
            squared_weights=n * d**2,
            values=tuple(float(v) for v in values),
        )

    @classmethod
    def from_responses(
        cls,
        rating: ArrayLike,
        *,
        stratum: ArrayLike,
        psu: ArrayLike | None = None,
        weight: ArrayLike = 1.0,
        split_by: Sequence[ArrayLike] = (),
        values: Sequence[float] = RATINGS,
    ) -> tuple[CellCounts, list[Ints]]:
        """Cells counted from single responses, one per combination of stratum, PSU and the labels
        in `split_by`; these are returned per cell, to be used as domains and poststrata.

        All labels are whole numbers. Weights may differ within a cell. A response whose rating is
        none of `values` is no response to this question.
        """
        scale = np.asarray(values, dtype=np.float64)
        answer = np.asarray(rating, dtype=np.float64)
        column = np.searchsorted(scale, answer).clip(max=len(scale) - 1)
        known = scale[column] == answer
        none = np.full(len(answer), EVERY_RESPONSE)
        places = [stratum, none if psu is None else psu, *split_by]
        labels = [np.asarray(place, dtype=np.int64)[known] for place in places]
        w = np.broadcast_to(np.asarray(weight, dtype=np.float64), answer.shape)[known]
        cell, first = codes(*labels)
        shape = (len(first), len(scale))
        at, size = cell * len(scale) + column[known], shape[0] * shape[1]
        cells = cls(
            stratum=labels[0][first],
            psu=labels[1][first],
            counts=np.bincount(at, minlength=size).reshape(shape).astype(np.int64),
            weights=sums_by(at, w, size).reshape(shape),
            squared_weights=sums_by(at, w**2, size).reshape(shape),
            values=tuple(scale.tolist()),
        )
        return cells, [label[first] for label in labels[2:]]

    def __len__(self) -> int:
        return len(self.stratum)


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
    base = sums_by(index, cells.weights.sum(axis=1), len(groups))
    unknown = [int(g) for g, d in zip(groups, base, strict=True) if d and g not in totals]
    if unknown and unknown != [NOWHERE]:
        raise ValueError(f"poststrata with responses but without a frame total: {unknown}")
    N = np.array([0.0 if g == NOWHERE else totals.get(int(g), 0.0) for g in groups])
    factor = np.divide(N, base, out=np.zeros_like(base), where=base > 0)[index][:, None]
    return replace(
        cells,
        counts=np.where(label[:, None] == NOWHERE, 0, cells.counts),
        weights=cells.weights * factor,
        squared_weights=cells.squared_weights * factor**2,
        poststratum=label,
    )


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
    y = np.asarray(y, dtype=np.float64)
    label = np.asarray(domain, dtype=np.int64)
    if y.shape != (len(cells.values),) or label.shape != cells.stratum.shape:
        raise ValueError("y needs a value per rating, domain a label per cell")
    K = domains if domains is not None else int(label.max(initial=NOWHERE)) + 1
    inside = label >= 0
    part = label[inside]
    W = sums_by(part, cells.weights[inside], K)
    weight = W.sum(axis=1)
    sum_of_squares = sums_by(part, cells.squared_weights[inside].sum(axis=1), K)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = _exact_mean(W, y)
        spread = (W * (y - value[:, None]) ** 2).sum(axis=1) / weight
        kish = weight**2 / sum_of_squares
    variance = linearised_variances(cells, y, label, np.nan_to_num(value), weight, lonely)
    # A standard error below 1e-12 of the scale is rounding, not information.
    variance[variance <= (1e-12 * np.ptp(y)) ** 2] = 0.0
    n = sums_by(part, (cells.counts * (cells.weights > 0))[inside].sum(axis=1), K)
    df = _degrees_of_freedom(cells, label, K)
    return [
        Estimate.without_data()
        if weight[k] <= 0
        else Estimate(
            value=float(value[k]),
            variance=float(variance[k]),
            se=float(np.sqrt(variance[k])),
            n=int(n[k]),
            n_kish=float(kish[k]),
            n_eff=float(spread[k] / variance[k]) if variance[k] > 0 else None,
            df=int(df[k]),
            weight=float(weight[k]),
        )
        for k in range(K)
    ]


def _exact_mean(W: Floats, y: Floats) -> Floats:
    """Σ W y / Σ W, and exactly y where all the weight lies on one value of y."""
    mean: Floats = (W @ y) / W.sum(axis=1)
    low = np.where(W > 0, y, np.inf).min(axis=1)
    high = np.where(W > 0, y, -np.inf).max(axis=1)
    return np.clip(mean, low, high)


def _degrees_of_freedom(cells: CellCounts, label: Ints, K: int) -> NDArray[Any]:
    """PSUs − strata among those with responses of the domain (R `degf` of a subset)."""
    answered = (cells.counts * (cells.weights > 0)).sum(axis=1)
    here = (label >= 0) & (answered > 0)
    element = here & (cells.psu == EVERY_RESPONSE)
    cluster = here & (cells.psu != EVERY_RESPONSE)
    responses = sums_by(label[element], answered[element], K)
    psus = count_distinct(label[cluster], cells.stratum[cluster], cells.psu[cluster], size=K)
    strata = count_distinct(label[here], cells.stratum[here], size=K)
    return responses + psus - strata
