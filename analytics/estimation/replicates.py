"""Variance from replicate weights: jackknife, balanced half-samples, bootstrap.

V̂ = scale · Σ_r rscale_r (θ̂_r − centre)(θ̂_r − centre)', where θ̂_r is the statistic at the r-th
set of weights and the centre is the mean of the replicates, or with `mse` the estimate itself
[Wolter 2007; R `svrVar`].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from .design import FunctionOfWeights, SurveyDesign
from .lonely import LonelyPSU, LonelyPSUError
from .sums import Floats, Mask, codes, mask


@dataclass(frozen=True, eq=False)
class ReplicateDesign:
    """Full-sample weights (n,), full replicate weights (n, R), and how replicates are scaled."""

    base_weights: Floats
    replicates: Floats
    scale: float
    rscales: Floats
    inside: Mask
    mse: bool = False

    @classmethod
    def supplied(
        cls,
        weights: ArrayLike,
        replicates: ArrayLike,
        *,
        scale: float,
        rscales: ArrayLike = 1.0,
        combined: bool = True,
        mse: bool = False,
    ) -> ReplicateDesign:
        """Replicate weights that came with the data. `combined`: they include the sampling
        weight; otherwise they multiply it."""
        w = np.asarray(weights, dtype=np.float64)
        table = np.asarray(replicates, dtype=np.float64)
        if w.ndim != 1 or table.ndim != 2 or len(table) != len(w):
            raise ValueError(
                f"replicate weights of shape {table.shape} for {w.shape} weights: they need a row "
                "for each response and a column for each replicate"
            )
        if not (np.isfinite(w).all() and np.isfinite(table).all()) or w.min(initial=0) < 0:
            raise ValueError("weights and replicate weights must be finite, weights not negative")
        full = table if combined else table * w[:, None]
        factors = np.broadcast_to(np.asarray(rscales, dtype=np.float64), table.shape[1:])
        return cls(w, full, scale, factors, np.ones(len(w), dtype=bool), mse)

    @property
    def weights(self) -> Floats:
        return np.where(self.inside, self.base_weights, 0.0)

    @property
    def rows(self) -> int:
        return int(self.inside.sum())

    @property
    def df(self) -> int:
        """Rank of the replicate weights − 1 (R `degf`, relative tolerance 1e-5)."""
        table = self.replicates[self.inside]
        if not table.size:
            return 0
        diagonal = np.abs(np.diag(linalg.qr(table, mode="r", pivoting=True)[0]))
        return max(int(np.sum(diagonal > 1e-5 * diagonal.max(initial=0.0))) - 1, 0)

    @property
    def psus(self) -> None:
        """Replicate weights do not say how many PSUs there are."""
        return None

    def within(self, domain: ArrayLike) -> ReplicateDesign:
        """The same replicates looking at a domain (a boolean per response)."""
        return replace(self, inside=self.inside & mask(domain, len(self.inside)))

    def reweighted(self, adjust: Callable[[Floats], Floats]) -> ReplicateDesign:
        """A weighting step repeated in the full sample and in every replicate."""
        return replace(
            self,
            base_weights=adjust(self.base_weights),
            replicates=np.column_stack([adjust(w) for w in self.replicates.T]),
        )

    def covariance(self, statistic: FunctionOfWeights) -> Floats:
        """(p, p) covariance of a statistic over the domain."""
        masked = np.where(self.inside[:, None], self.replicates, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            theta = np.stack([statistic.value(w) for w in masked.T])
        # A replicate that leaves the domain empty says nothing.
        defined = np.isfinite(theta).all(axis=1)
        if not defined.any():
            raise ValueError("no replicate has responses in every domain asked for: ask for fewer")
        theta, rscales = theta[defined], self.rscales[defined]
        mean = theta[rscales > 0].mean(axis=0)
        centre = statistic.value(self.weights) if self.mse else mean
        deviation = (theta - centre) * np.sqrt(rscales)[:, None]
        covariance: Floats = self.scale * deviation.T @ deviation
        return covariance


def jackknife_1(design: SurveyDesign, *, mse: bool = False) -> ReplicateDesign:
    """JK1: without strata, drop one PSU at a time; the others gain n/(n−1)."""
    stage = design.stages[0]
    if len(np.unique(stage.stratum)) > 1:
        raise ValueError("JK1 is for unstratified designs; use jackknife_n")
    psu, _ = codes(stage.unit)
    n = int(psu.max(initial=-1)) + 1
    if n < 2:
        raise ValueError("the jackknife drops one PSU at a time: it needs two or more")
    factors = np.where(psu[:, None] == np.arange(n), 0.0, n / (n - 1))
    unsampled = float(1 - stage.sampled[0] / stage.population[0])
    scale = unsampled * (n - 1) / n
    return ReplicateDesign.supplied(design.weights, factors, scale=scale, combined=False, mse=mse)


def jackknife_n(design: SurveyDesign, *, mse: bool = False) -> ReplicateDesign:
    """JKn: drop one PSU of one stratum at a time; the others of its stratum gain n_h/(n_h−1).

    A stratum with one PSU follows the rule of the design: no replicate of its own (certainty,
    remove), no replicate and the rest scaled up (average), dropped as a whole (adjust).
    """
    stage = design.stages[0]
    psu, first = codes(stage.unit)
    home, sampled = stage.stratum[first], stage.sampled[first]
    unsampled = 1 - sampled / stage.population[first]
    strata = len(np.unique(home))
    factors, rscales = [], []
    for k, (h, n, f) in enumerate(zip(home, sampled, unsampled, strict=True)):
        others = stage.stratum == h
        if n > 1:
            factors.append(np.where(psu == k, 0.0, np.where(others, n / (n - 1), 1.0)))
            rscales.append(f * (n - 1) / n)
        elif f > 0 and design.lonely is LonelyPSU.FAIL:
            raise LonelyPSUError(
                f"stratum {h} has one PSU: declare another rule for it, or merge it"
            )
        elif f > 0 and design.lonely is LonelyPSU.ADJUST:
            factors.append(np.where(psu == k, 0.0, strata / (strata - 1)))
            rscales.append((strata - 1) / strata)
    scale = len(first) / len(factors) if design.lonely is LonelyPSU.AVERAGE else 1.0
    return ReplicateDesign.supplied(
        design.weights,
        np.column_stack(factors),
        scale=scale,
        rscales=rscales,
        combined=False,
        mse=mse,
    )


def balanced_half_samples(
    design: SurveyDesign, *, fay: float = 0.0, mse: bool = False
) -> ReplicateDesign:
    """BRR, or Fay's method with 0 < fay < 1: two PSUs a stratum, one of each weighted 2 − fay and
    the other fay, balanced by a Hadamard matrix [McCarthy 1969; Judkins 1990]."""
    stage = design.stages[0]
    _, first = codes(stage.unit)
    if np.any(stage.sampled != 2):
        raise ValueError("balanced half-samples need two PSUs in every stratum")
    stratum, _ = codes(stage.stratum)
    strata = int(stratum.max()) + 1
    order = 1 << int(np.ceil(np.log2(strata + 1)))
    signs = linalg.hadamard(order)[1 : strata + 1]
    lowest = np.full(strata, np.iinfo(np.int64).max)
    np.minimum.at(lowest, stratum[first], stage.unit[first])
    side = np.where(stage.unit == lowest[stratum], 1, -1)
    factors = 1 + (1 - fay) * side[:, None] * signs[stratum]
    return ReplicateDesign.supplied(
        design.weights, factors, scale=1 / (order * (1 - fay) ** 2), combined=False, mse=mse
    )


def half_sample_scale(replicates: int, fay: float = 0.0) -> float:
    """The scale of supplied BRR (fay = 0) or Fay replicates: 1/(R (1 − fay)²)."""
    return 1 / (replicates * (1 - fay) ** 2)


def bootstrap(
    design: SurveyDesign, replicates: int, seed: int, *, mse: bool = False
) -> ReplicateDesign:
    """Rao–Wu bootstrap: draw n_h − 1 of the n_h PSUs of each stratum with replacement; a PSU drawn
    m times is weighted m · n_h/(n_h−1) [Rao, Wu and Yue 1992]."""
    stage = design.stages[0]
    psu, first = codes(stage.unit)
    home = stage.stratum[first]
    rng = np.random.default_rng(seed)
    factors = np.ones((len(first), replicates))
    for h in np.unique(home):
        members = np.flatnonzero(home == h)
        n = len(members)
        if n == 1:
            if design.lonely is LonelyPSU.FAIL:
                raise LonelyPSUError(
                    f"stratum {h} has one PSU: declare another rule for it, or merge it"
                )
            continue
        drawn = rng.multinomial(n - 1, np.full(n, 1 / n), size=replicates).T
        factors[members] = drawn * n / (n - 1)
    return ReplicateDesign.supplied(
        design.weights, factors[psu], scale=1 / (replicates - 1), combined=False, mse=mse
    )
