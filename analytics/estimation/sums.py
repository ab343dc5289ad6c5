"""Grouped sums over integer labels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def sums_by(label: Ints, values: NDArray[Any], size: int) -> Floats:
    """Sum the rows of `values` (one or two dimensions) by label 0 … size−1."""
    if values.ndim == 1:
        return np.bincount(label, weights=values, minlength=size).astype(np.float64)
    columns = [np.bincount(label, weights=column, minlength=size) for column in values.T]
    return np.stack(columns, axis=1).astype(np.float64) if columns else np.zeros((size, 0))


def codes(*labels: Ints) -> tuple[Ints, Ints]:
    """Number the distinct combinations of labels from 0.

    Returns the code of each row, and for each code the first row that has it.
    """
    code = np.zeros(len(labels[0]), dtype=np.int64)
    first = np.zeros(0, dtype=np.int64)
    for label in labels:
        distinct, index = np.unique(label, return_inverse=True)
        pair = code * max(len(distinct), 1) + index
        _, first, code = np.unique(pair, return_index=True, return_inverse=True)
    return code.astype(np.int64), first.astype(np.int64)


def count_distinct(label: Ints, *units: Ints, size: int) -> Ints:
    """How many distinct combinations of `units` each label 0 … size−1 holds."""
    _, first = codes(label, *units)
    return np.bincount(label[first], minlength=size).astype(np.int64)
