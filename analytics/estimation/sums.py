"""Grouped sums over integer labels."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Objects = NDArray[np.object_]


def numbers(values: ArrayLike, rows: int) -> Floats:
    """The values as floats, one for each of `rows` responses; NaN stands for a missing answer."""
    column: Floats = np.asarray(values, dtype=np.float64)
    if column.shape != (rows,):
        raise ValueError(f"values have shape {column.shape}, not ({rows},): one for each response")
    if np.isinf(column).any():
        raise ValueError("values must be finite: NaN stands for a missing answer")
    return column


def mask(domain: ArrayLike, rows: int) -> Mask:
    """A domain as a boolean for each of `rows` responses."""
    inside: Mask = np.asarray(domain, dtype=bool)
    if inside.shape != (rows,):
        raise ValueError(
            f"a domain of shape {inside.shape}, not ({rows},): a boolean each response"
        )
    return inside


def sums_by(label: Ints, values: NDArray[Any], size: int) -> Floats:
    """Sum the rows of `values` (one or two dimensions) by label 0 … size−1."""
    if values.ndim == 1:
        return np.bincount(label, weights=values, minlength=size).astype(np.float64)
    columns = [np.bincount(label, weights=column, minlength=size) for column in values.T]
    return np.stack(columns, axis=1).astype(np.float64) if columns else np.zeros((size, 0))


def across(table: NDArray[Any]) -> NDArray[Any]:
    """The sum of each row. NumPy's own of so few columns takes seven times as long, and is the same
    to the last bit."""
    total: NDArray[Any] = reduce(np.add, table.T)
    return total


def codes(*labels: Ints) -> tuple[Ints, Ints]:
    """Number the distinct combinations of labels from 0.

    Returns the code of each row, and for each code the first row that has it.
    """
    code = np.zeros(len(labels[0]), dtype=np.int64)
    span = 1
    for label in labels:
        index, size = numbered(label)
        if span * size > np.iinfo(np.int64).max:
            code, span = numbered(code)
        code, span = code * size + index, span * size
    code, size = numbered(code)
    first = np.full(size, len(code), dtype=np.int64)
    first[code[::-1]] = np.arange(len(code) - 1, -1, -1)
    return code, first


def numbered(label: Ints) -> tuple[Ints, int]:
    """Labels numbered from 0 in their order, and how many there are."""
    if not len(label):
        return label.astype(np.int64), 0
    low, high = int(label.min()), int(label.max())
    if high - low <= 4 * len(label):
        # Labels that lie close together are numbered by counting, without sorting the rows.
        present = np.zeros(high - low + 1, dtype=bool)
        present[label - low] = True
        return (np.cumsum(present) - 1)[label - low].astype(np.int64), int(present.sum())
    distinct, index = np.unique(label, return_inverse=True)
    return index.astype(np.int64), len(distinct)


def count_distinct(label: Ints, *units: Ints, size: int) -> Ints:
    """How many distinct combinations of `units` each label 0 … size−1 holds."""
    _, first = codes(label, *units)
    return np.bincount(label[first], minlength=size).astype(np.int64)
