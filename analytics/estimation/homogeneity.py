"""Whether shares of several groups differ by more than chance explains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

FEWEST_EXPECTED = 1.0


def homogeneity(
    satisfied: Sequence[int], answers: Sequence[int], size_of_one: float = 1.0
) -> float | None:
    """The p-value of Pearson's χ² = Σ n (p̂ − p)²/(p (1 − p)) with one degree of freedom less than
    groups, at an effective size of n × `size_of_one` [Rao and Scott 1981: the statistic over the
    design effect]. None where fewer than one of either kind is to be expected in some group, in
    which case χ² finds too much [Cochran 1954]."""
    yes, n = np.array(satisfied, dtype=float), np.array(answers, dtype=float)
    share = yes.sum() / n.sum()
    if len(n) < 2 or n.min() * min(share, 1 - share) < FEWEST_EXPECTED:
        return None
    statistic = float(np.sum((yes - n * share) ** 2 / (n * share * (1 - share))))
    return float(stats.chi2.sf(statistic * size_of_one, len(n) - 1))
