"""The effective size behind the official interval, for many domains at once.

An own estimate of the design effect is noisy where PSUs are few, and it errs towards certainty.
So it is capped: by Kish's size, and with declared clusters by what the clusters of all agencies
together say [Franco, Little, Louis and Slud 2019].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from .sums import Floats
from .values import Columns

DECLARED_CORRELATION = 0.05
"""Intracluster correlation assumed where too few agencies are there to estimate it."""

AGENCIES_TO_POOL = 10
MARGIN = 1.25
"""The pooled correlation is taken this many times, since agencies differ in theirs."""

BEYOND_CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class Clusters:
    """What the agencies of a wave with declared clusters say of these together.

    correlation  the intracluster correlation ρ̂, not below 0
    agencies     how many agencies it was estimated from
    """

    correlation: float
    agencies: int

    @property
    def pooled(self) -> bool:
        """Whether the agencies are enough to take their correlation."""
        return self.agencies >= AGENCIES_TO_POOL

    @classmethod
    def of(cls, c: Columns) -> Clusters:
        """ρ̂ = Σ (V̂ − V̂₀) / Σ V̂₀ (n/PSUs − 1) over the estimates of the wave's agencies.

        V̂₀ is the variance that the same weights would give without clusters, p̂(1−p̂)/n_kish for
        a share. Agencies whose answers all agree, or that have one PSU a stratum, say nothing.
        """
        telling = c.has_data & (c.variance > 0) & (c.df >= 1) & (c.per_psu > 1)
        effect, variance = c.design_effect[telling], c.variance[telling]
        unclustered = variance / effect
        room = float(unclustered @ (c.per_psu[telling] - 1))
        excess = float(variance.sum() - unclustered.sum())
        correlation = min(max(excess / room, 0.0), 1.0) if room > 0 else 0.0
        return cls(correlation, int(telling.sum()))


def effective_sizes(columns: Columns, clusters: Clusters | None, level: float | Floats) -> Floats:
    """The size m of each estimate; 0 without data. `clusters`: None where none are declared."""
    if clusters is None:
        size = own_sizes(columns, columns.n_kish, level)
    elif not clusters.pooled:
        size = own_sizes(columns, declared_cap(columns), level)
    else:
        size = _pooled_sizes(columns, clusters.correlation, level)
    return np.where(columns.has_data, size, 0.0)


def own_sizes(columns: Columns, cap: Floats, level: float | Floats) -> Floats:
    """min(n_eff, cap) · (t_{n−1}/t_df)²; n_eff is the cap where the variance is 0."""
    return np.fmin(columns.n_eff, cap) * _t_ratio(columns, level) ** 2


def declared_cap(columns: Columns) -> Floats:
    """n_kish / (1 + 0.05 (n/PSUs − 1)): Kish's size less what clusters cost by assumption."""
    return columns.n_kish / (1 + DECLARED_CORRELATION * (columns.per_psu - 1))


def _pooled_sizes(c: Columns, correlation: float, level: float | Floats) -> Floats:
    """n_kish / (1 + 1.25 ρ̂ (n/PSUs − 1)), or the own size where the own design effect is beyond
    chance larger than the pooled one.

    Where no degree of freedom is left nothing can contradict the pool, so what is assumed of few
    agencies bounds the size too: one counter in one week is not called by the other agencies.
    """
    size = c.n_kish / (1 + MARGIN * correlation * (c.per_psu - 1))
    excess = c.df * c.design_effect / (1 + correlation * (c.per_psu - 1))
    beyond = (c.df >= 1) & (excess > stats.chi2.isf(BEYOND_CHANCE, np.maximum(c.df, 1)))
    own, alone = own_sizes(c, c.n_kish, level), own_sizes(c, declared_cap(c), level)
    size = np.where(beyond, np.minimum(size, own), size)
    return np.where(c.df < 1, np.minimum(size, alone), size)


def _t_ratio(columns: Columns, level: float | Floats) -> Floats:
    """t_{n−1}/t_df: what the noise of the variance itself costs [Korn and Graubard 1998]. Degrees
    of freedom under 1 count as 1: one PSU is never surer than two."""
    return student(columns.n - 1, level) / student(columns.df, level)


def student(df: Floats, level: float | Floats) -> Floats:
    """The two-sided quantile of Student's t; degrees of freedom under 1 count as 1."""
    return np.asarray(special.stdtrit(np.maximum(df, 1.0), (1 + level) / 2), dtype=np.float64)
