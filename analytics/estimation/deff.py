"""Design effects: the variance against that of a simple random sample of the same size."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .estimates import Design, mean, ratio, total, variance
from .values import Estimate


def simple_random_variance(
    design: Design, y: ArrayLike, *, with_replacement: bool = True
) -> float | None:
    """S²/n, the variance of a mean in a simple random sample of n; times 1 − n/N without
    replacement, N = Σw [R `deff="replace"` and `deff=TRUE`]. None with fewer than 2 responses."""
    spread = variance(design, y)
    if spread.value is None:
        return None
    n, N = spread.n, spread.weight
    return spread.value / n * (1.0 if with_replacement else (N - n) / N)


def mean_design_effect(
    design: Design, y: ArrayLike, *, with_replacement: bool = True
) -> float | None:
    """V̂(mean) over its simple random variance; None where there is no spread."""
    return _over(
        mean(design, y), simple_random_variance(design, y, with_replacement=with_replacement)
    )


def total_design_effect(
    design: Design, y: ArrayLike, *, with_replacement: bool = True
) -> float | None:
    """V̂(total) over N² times the simple random variance of the mean."""
    estimate = total(design, y)
    simple = simple_random_variance(design, y, with_replacement=with_replacement)
    return _over(estimate, None if simple is None else simple * estimate.weight**2)


def ratio_design_effect(
    design: Design,
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    with_replacement: bool = False,
) -> float | None:
    """The design effect of the total of the linearised residuals (y − R̂x)/X̂."""
    estimate = ratio(design, numerator, denominator)
    if estimate.value is None:
        return None
    y, x = (np.asarray(v, dtype=np.float64) for v in (numerator, denominator))
    known = design.weights * ~np.isnan(y + x)
    residual = (y - estimate.value * x) / float(known @ np.nan_to_num(x))
    return total_design_effect(design, residual, with_replacement=with_replacement)


def _over(estimate: Estimate, simple: float | None) -> float | None:
    if estimate.variance is None or not simple:
        return None
    return estimate.variance / simple
