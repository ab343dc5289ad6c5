"""Whether two groups differ in a share, compared like with like."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


@dataclass(frozen=True, slots=True)
class TwoShares:
    """difference  first minus second, in the mean over strata; None where none has both
    z           standard errors from no difference"""

    difference: float | None
    z: float

    @property
    def p_value(self) -> float:
        """Two-sided."""
        return float(2 * stats.norm.sf(abs(self.z)))

    @property
    def p_lower(self) -> float:
        """One-sided: that the first is smaller."""
        return float(stats.norm.cdf(self.z))


def two_shares(
    first: ArrayLike, of_first: ArrayLike, second: ArrayLike, of_second: ArrayLike
) -> TwoShares:
    """The two-proportion z with pooled variance, over strata h (one entry each) [Cochran 1954]:

    z = Σ w_h (p_1h − p_2h) / √Σ w_h p_h(1−p_h) with w_h = n_1h n_2h/(n_1h + n_2h) and p_h the
    share of both together. With one stratum it is the z of two proportions.
    """
    x1, n1, x2, n2 = (np.asarray(v, dtype=np.float64) for v in (first, of_first, second, of_second))
    both = (n1 > 0) & (n2 > 0)
    x1, n1, x2, n2 = x1[both], n1[both], x2[both], n2[both]
    if not len(n1):
        return TwoShares(None, 0.0)
    w, p = n1 * n2 / (n1 + n2), (x1 + x2) / (n1 + n2)
    gap = float(np.sum(w * (x1 / n1 - x2 / n2)))
    variance = float(np.sum(w * p * (1 - p)))
    return TwoShares(gap / float(w.sum()), gap / math.sqrt(variance) if variance > 0 else 0.0)
