"""The design of a sample, stated once and taken by every estimator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from .lonely import LonelyPSU
from .sums import Floats, Ints, Mask, codes, count_distinct, mask, numbered
from .taylor import Stage, stages_covariance


class FunctionOfWeights(Protocol):
    """What replicates can be taken of; p values at once."""

    def value(self, w: Floats) -> Floats:
        """(p,) the statistic at weights w."""
        ...


class Statistic(FunctionOfWeights, Protocol):
    """A function of the weights that can be linearised too."""

    def scores(self, w: Floats) -> Floats:
        """(n, p) w times the influence of each response: its linearised contribution."""
        ...


class Adjustment(Protocol):
    """A weighting step that the variance must know of."""

    def residuals(self, z: Floats) -> Floats:
        """What is left of weighted scores (n, p) after the auxiliary totals are known."""
        ...


@dataclass(frozen=True, eq=False)
class SurveyDesign:
    """Strata, stages, weights and finite populations of a sample, one row per response.

    Made by `SurveyDesign.sample`. A domain is a mask (`within`): rows are never dropped, because
    the strata keep all their PSUs whatever part of them one looks at.
    """

    base_weights: Floats
    stages: tuple[Stage, ...]
    inside: Mask
    adjustments: tuple[Adjustment, ...] = ()
    lonely: LonelyPSU = LonelyPSU.FAIL
    lonely_in_domain: bool = False

    @classmethod
    def sample(
        cls,
        n: int,
        *,
        weights: ArrayLike | None = None,
        strata: ArrayLike | None = None,
        units: Sequence[ArrayLike] = (),
        population: Sequence[ArrayLike] = (),
        lonely: LonelyPSU = LonelyPSU.FAIL,
        lonely_in_domain: bool = False,
    ) -> SurveyDesign:
        """The design of n responses.

        weights     sampling weights; N/n at each stage where only `population` is given, else 1
        strata      label of the stratum of each response
        units       labels of the PSUs, then of the units of the next stage within them, …;
                    none: each response was sampled by itself
        population  for each stage, number of units in the stratum from which they were drawn
                    (or, all values at most 1, the fraction drawn); none: with replacement
        lonely      what a stratum with a single PSU adds to the variance
        lonely_in_domain  apply that rule too where a domain leaves one PSU of several

        Unit labels count within their stratum, so they may repeat across strata.
        """
        container = np.zeros(n, dtype=np.int64) if strata is None else _numbered(strata, n)
        stages: list[Stage] = []
        own = np.arange(n)
        for level, label in enumerate(units or (own,)):
            unit = codes(container, _numbered(label, n))[0] if units else own
            size = int(container.max(initial=-1)) + 1
            counted = (
                count_distinct(container, unit, size=size) if units else np.bincount(container)
            )
            sampled = counted[container].astype(np.float64)
            stages.append(Stage(container, unit, sampled, _population(population, level, sampled)))
            container = unit
        if weights is not None:
            w = np.asarray(weights, dtype=np.float64)
            if w.shape not in ((), (n,)):
                raise ValueError(f"weights have shape {w.shape}, not ({n},): one for each response")
            w = np.broadcast_to(w, (n,))
        else:
            w = np.ones(n)
            for stage in stages:
                known = np.isfinite(stage.population)
                w = w * np.where(known, stage.population / stage.sampled, 1.0)
        if np.any(w < 0) or not np.all(np.isfinite(w)):
            raise ValueError(
                "weights must be finite and not negative: leave out responses without a weight"
            )
        return cls(w, tuple(stages), np.ones(n, dtype=bool), (), lonely, lonely_in_domain)

    @property
    def weights(self) -> Floats:
        """The weights, zero outside the domain."""
        return np.where(self.inside, self.base_weights, 0.0)

    @property
    def rows(self) -> int:
        """Rows of the domain; of the whole sample where weights are calibrated, as in R."""
        return int(self.present.sum())

    @property
    def present(self) -> Mask:
        """Rows that take part in the variance: those of the domain, and all where the weights
        are calibrated, since residuals reach outside the domain."""
        return np.ones_like(self.inside) if self.adjustments else self.inside

    @property
    def df(self) -> int:
        """PSUs − strata among those with weight in the domain (R `degf`)."""
        strata = self.stages[0].stratum[self.weights != 0]
        return self.psus - numbered(strata)[1]

    @property
    def psus(self) -> int:
        """PSUs among those with weight in the domain."""
        return numbered(self.stages[0].unit[self.weights != 0])[1]

    def within(self, domain: ArrayLike) -> SurveyDesign:
        """The same design looking at the responses of a domain (a boolean per response)."""
        return replace(self, inside=self.inside & mask(domain, len(self.inside)))

    def reweighted(self, weights: Floats, *adjustments: Adjustment) -> SurveyDesign:
        """The same design with other weights, and the adjustments that led to them."""
        return replace(self, base_weights=weights, adjustments=(*self.adjustments, *adjustments))

    def covariance(self, statistic: Statistic) -> Floats:
        """(p, p) linearised covariance of a statistic over the domain.

        Poststratification, raking and calibration enter through the residuals of its scores.
        """
        z = np.where(self.inside[:, None], statistic.scores(self.weights), 0.0)
        for adjustment in self.adjustments:
            z = adjustment.residuals(z)
        return stages_covariance(self.stages, z, self.present, self.lonely, self.lonely_in_domain)


def _numbered(label: ArrayLike, n: int) -> Ints:
    labels = np.asarray(label)
    if labels.shape != (n,):
        raise ValueError(f"labels have shape {labels.shape}, not ({n},): one for each response")
    if labels.dtype.kind == "f" and np.isnan(labels).any():
        raise ValueError("every response needs a stratum and a unit: some labels are missing")
    if labels.dtype.kind in "iu":
        return numbered(labels.astype(np.int64))[0]
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _population(population: Sequence[ArrayLike], level: int, sampled: Floats) -> Floats:
    if level >= len(population):
        return np.full_like(sampled, np.inf)
    N = np.broadcast_to(np.asarray(population[level], dtype=np.float64), sampled.shape)
    if not np.all(N > 0):
        raise ValueError(f"stage {level + 1}: population sizes must be positive, inf where unknown")
    if np.all(N <= 1) and not np.all(sampled == 1):
        N = sampled / N
    if np.any(sampled > N * (1 + 1e-12)):
        raise ValueError(f"stage {level + 1}: more units sampled than the population holds")
    return N
