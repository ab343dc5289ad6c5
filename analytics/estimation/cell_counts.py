"""Counts of ratings per cell: what estimates from counts are made of.

A cell is a set of responses that share a stratum and (where clustered) a PSU. Per cell and
rating value three sums are kept: responses, Σw and Σw². A histogram is the sufficient statistic of
a rating, so they give every weighted mean and its linearised variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from .sums import Floats, Ints, across, codes, sums_by

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

    @cached_property
    def responses(self) -> Ints:
        """(cells,) of any rating."""
        return across(self.counts)

    @cached_property
    def weighted(self) -> Ints:
        """(cells,) responses that carry weight."""
        return across(self.counts * (self.weights > 0))

    @cached_property
    def weight(self) -> Floats:
        """(cells,) Σw of any rating."""
        return across(self.weights)

    @cached_property
    def strata(self) -> Ints:
        """(cells,) the stratum of each, numbered from 0."""
        return codes(self.stratum)[0]

    @cached_property
    def psus_by_stratum(self) -> Ints:
        """(strata,) how many PSUs answered in each."""
        element = self.psu < 0
        cluster = ~element & (self.responses > 0)
        size = int(self.strata.max(initial=-1)) + 1
        _, first = codes(self.strata[cluster], self.psu[cluster])
        clusters = np.bincount(self.strata[cluster][first], minlength=size)
        elements = np.bincount(self.strata[element], self.responses[element], size)
        return (clusters + elements).astype(np.int64)

    @cached_property
    def mean_and_spread(self) -> tuple[Floats, Floats]:
        """(cells, R) the mean weight of those of a rating, and Σ(w − w̄)² of it."""
        mean = self.weights / np.maximum(self.counts, 1)
        spread = self.squared_weights - self.weights * mean
        spread[spread < 1e-13 * self.squared_weights] = 0.0
        return mean, spread

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
