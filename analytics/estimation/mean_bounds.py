"""The official interval of means on a bounded scale, for many domains at once.

Student t on the logit of q = (m − bottom)/(top − bottom), so that it stays on the scale, with the
effective size capped as for shares. Where nobody differs, no degree of freedom is left or q is at
an end: the Clopper–Pearson bounds of q at the capped size times the t factor. They hold for any
variable bounded by the scale, whose variance cannot pass q(1−q).
"""

from __future__ import annotations

import numpy as np
from scipy import special

from .effective_size import (
    MARGIN,
    Clusters,
    declared_cap,
    effective_sizes,
    student,
)
from .sums import Floats
from .values import Columns


def bounds(
    columns: Columns, scale: tuple[float, float], clusters: Clusters | None, level: float
) -> tuple[Floats, Floats, Floats]:
    """(low, high, size) of each mean; the whole scale and 0 without data. The size is NaN where
    the bounds come from the spread."""
    bottom, top = scale
    span = top - bottom
    if not span > 0:
        raise ValueError(f"a scale runs from its lowest to its highest value, not {scale}")
    q = np.clip((np.nan_to_num(columns.value, nan=bottom) - bottom) / span, 0.0, 1.0)
    spread = np.sqrt(np.nan_to_num(columns.variance * columns.n_eff)) / span
    flat = ~(spread > 0) | (columns.df < 1) | (q <= 0) | (q >= 1)
    size = effective_sizes(columns, clusters, level)
    middle = np.where(flat, 0.5, q)
    half = np.where(flat, 0.0, _half_width(columns, clusters, level)) * spread
    centre, half = special.logit(middle), half / (middle * (1 - middle))
    low, high = special.expit(centre - half), special.expit(centre + half)
    low[flat], high[flat] = _clopper_pearson(q[flat], size[flat], level)
    known = columns.has_data
    return (
        np.where(known, bottom + span * low, bottom),
        np.where(known, bottom + span * high, top),
        np.where(known & ~flat, np.nan, size),
    )


def _half_width(columns: Columns, clusters: Clusters | None, level: float) -> Floats:
    """Half of the interval in standard deviations: t/√size. Degrees of freedom are never more than
    n_kish − 1, nor those of the PSUs where the variance is the domain's own."""
    most = columns.n_kish - 1
    own = student(np.minimum(columns.df, most), level)
    with np.errstate(divide="ignore", invalid="ignore"):
        if clusters is None or not clusters.pooled:
            cap = columns.n_kish if clusters is None else declared_cap(columns)
            return np.asarray(own / np.sqrt(np.fmin(columns.n_eff, cap)))
        room = columns.per_psu - 1
        pooled = columns.n_kish / (1 + MARGIN * clusters.correlation * room)
        beyond = effective_sizes(columns, clusters, level) < pooled * (1 - 1e-12)
        half = student(most, level) / np.sqrt(pooled)
        alone = own / np.sqrt(np.fmin(columns.n_eff, columns.n_kish))
        return np.where(beyond, np.maximum(half, alone), half)


def _clopper_pearson(q: Floats, size: Floats, level: float) -> tuple[Floats, Floats]:
    tail, some = (1 - level) / 2, size > 0
    x, rest = np.where(some, q * size, 1.0), np.where(some, (1 - q) * size, 1.0)
    low = special.betaincinv(np.maximum(x, 1e-300), rest + 1, tail)
    high = special.betainccinv(x + 1, np.maximum(rest, 1e-300), tail)
    return np.where(some & (x > 0), low, 0.0), np.where(some & (rest > 0), high, 1.0)
