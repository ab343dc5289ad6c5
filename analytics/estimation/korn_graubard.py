"""R's own interval of a share, for many domains at once: to the last bit what
`intervals.korn_graubard_interval` gives."""

from __future__ import annotations

import numpy as np
from scipy import special

from .sums import Floats
from .values import Columns


def bounds(columns: Columns, level: float) -> tuple[Floats, Floats]:
    """(low, high) of each share [Korn and Graubard 1998; R `svyciprop(method="beta")`]; what they
    are without data is not said. The size is n where the variance is 0."""
    tail = (1 - level) / 2
    ratio = _student(columns.n - 1, tail) / _student(columns.df, tail)
    # Squared as the function for one share does it: NumPy's square may differ in the last bit.
    square = np.array([each**2 for each in ratio.tolist()])
    n = np.where(np.isnan(columns.n_eff), columns.n, columns.n_eff * square)
    x = n * columns.value
    with np.errstate(invalid="ignore"):
        low = special.betaincinv(x, n - x + 1, tail)
        high = special.betainccinv(x + 1, n - x, tail)
    return np.where(x <= 0, 0.0, low), np.where(x >= n, 1.0, high)


def _student(df: Floats, tail: float) -> Floats:
    return np.asarray(special.stdtrit(np.maximum(df, 1.0), tail), dtype=np.float64)
