"""Calibration: the weights nearest to the design weights that reproduce known totals.

w = d · F(x'λ) with λ such that Σ w x = X [Deville and Särndal 1992]. The distance sets F: linear,
raking (exponential) or logit; bounds limit the ratio g = w/d. Variances use the residuals of the
weighted regression of the scores on x, with the design weights [R `calibrate`].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar, Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from .design import SurveyDesign
from .replicates import ReplicateDesign
from .sums import Floats, Ints, codes, sums_by
from .weighting import Convergence

AnyDesign = TypeVar("AnyDesign", SurveyDesign, ReplicateDesign)

RESCALE_BEYOND = 20.0
"""Totals more than so many times those of the sample: the weights are first scaled as a whole."""


Bounds = tuple[Any, Any]
"""The lowest and highest ratio of new to old weight: two numbers, or two (n,) arrays."""


class Settings(TypedDict, total=False):
    """What every calibration takes by name.

    trim                sets g outside these limits to them and spreads the excess by weight over
                        the others
    tolerance           of each total, relative to 1 + |total| (1e-12)
    maximum_iterations  of Newton's method (200)
    heteroscedasticity  (n,) the variance σ² of y about its regression on x, up to a factor:
                        w = d · F(x'λ/σ²); equal unless said [R `variance`]
    cluster             (n,) label of the unit within which all responses get the same ratio:
                        integrated weighting [Lemaître and Dufour 1987; R `aggregate.stage`]
    """

    trim: tuple[float, float] | None
    tolerance: float
    maximum_iterations: int
    heteroscedasticity: ArrayLike | None
    cluster: ArrayLike | None


class CalibrationError(ValueError):
    """No weights within the bounds reproduce the totals."""


@dataclass(frozen=True)
class Distance:
    """F with F(0) = 1, and its derivative."""

    F: Callable[[Floats], Floats]
    derivative: Callable[[Floats], Floats]
    linear: bool = False


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Residuals of z/(g√d) on x√d, times g√d."""

    basis: Floats
    root: Floats

    def residuals(self, z: Floats) -> Floats:
        root = np.where(self.root != 0, self.root, 1.0)[:, None]
        v = z / root
        left: Floats = (v - self.basis @ (self.basis.T @ v)) * root
        return np.where(self.root[:, None] != 0, left, 0.0)


@dataclass(frozen=True, eq=False)
class Calibration:
    """The ratios g = w/d of a calibration and how the iteration ended."""

    g: Floats
    convergence: Convergence


def calibrate_linear(
    design: AnyDesign,
    x: ArrayLike,
    totals: ArrayLike,
    *,
    bounds: Bounds | None = None,
    **settings: Unpack[Settings],
) -> tuple[AnyDesign, Calibration]:
    """F(u) = 1 + u, cut at the bounds where given: the generalised regression estimator.

    x       (n, p) auxiliary variables (a column of ones makes Σw known)
    totals  (p,) their totals in the population
    bounds  the lowest and the highest ratio g of new to old weights, for all or for each response

    Returns the design with its new weights, and the ratios. `CalibrationError` where no weights
    within the bounds reproduce the totals. For `settings` see `Settings`.
    """
    low, high = bounds or (-np.inf, np.inf)
    distance = Distance(
        F=lambda u: np.clip(1 + u, low, high),
        derivative=lambda u: ((1 + u < high) & (1 + u > low)).astype(np.float64),
        linear=bounds is None,
    )
    return _calibrate(design, x, totals, distance, settings)


def calibrate_raking(
    design: AnyDesign,
    x: ArrayLike,
    totals: ArrayLike,
    *,
    bounds: Bounds | None = None,
    **settings: Unpack[Settings],
) -> tuple[AnyDesign, Calibration]:
    """F(u) = exp(u), cut at the bounds where given: always positive; with indicators of margins
    the weights of raking. Takes and returns what `calibrate_linear` does."""
    if bounds is None:
        return _calibrate(design, x, totals, Distance(F=_exp, derivative=_exp), settings)
    low, high = bounds

    def derivative(u: Floats) -> Floats:
        e = _exp(u)
        return np.where((e > low) & (e < high), e, 0.0)

    distance = Distance(F=lambda u: np.clip(_exp(u), low, high), derivative=derivative)
    return _calibrate(design, x, totals, distance, settings)


def calibrate_logit(
    design: AnyDesign,
    x: ArrayLike,
    totals: ArrayLike,
    *,
    bounds: Bounds,
    **settings: Unpack[Settings],
) -> tuple[AnyDesign, Calibration]:
    """F between the bounds L < 1 < U, smooth:
    F(u) = (L(U−1) + U(1−L)e^{Au}) / (U−1 + (1−L)e^{Au}), A = (U−L)/((U−1)(1−L)).
    Takes and returns what `calibrate_linear` does."""
    L, U = bounds
    if np.max(L) >= 1 or np.min(U) <= 1 or not np.isfinite(U).all():
        raise ValueError("the bounds of a logit calibration must be finite, with 1 between them")
    A = (U - L) / ((U - 1) * (1 - L))

    def F(u: Floats) -> Floats:
        e = _exp(A * u)
        value: Floats = (L * (U - 1) + U * (1 - L) * e) / (U - 1 + (1 - L) * e)
        return value

    def derivative(u: Floats) -> Floats:
        slope: Floats = (F(u) - L) * (U - F(u)) * A / (U - L)
        return slope

    return _calibrate(design, x, totals, Distance(F, derivative), settings)


def _exp(u: Floats) -> Floats:
    value: Floats = np.exp(np.minimum(u, 500.0))
    return value


def _calibrate(
    design: AnyDesign, x: ArrayLike, totals: ArrayLike, distance: Distance, settings: Settings
) -> tuple[AnyDesign, Calibration]:
    X = np.atleast_2d(np.asarray(x, dtype=np.float64).T).T
    T = np.atleast_1d(np.asarray(totals, dtype=np.float64))
    rows = len(design.base_weights)
    if X.shape != (rows, len(T)):
        raise ValueError(
            f"x has shape {X.shape}, not ({rows}, {len(T)}): a row for each response and a "
            "column for each total"
        )
    if not (np.isfinite(X).all() and np.isfinite(T).all()):
        raise ValueError("x and its totals must be finite: complete or leave out missing values")
    spread = settings.get("heteroscedasticity")
    sigma2 = np.ones(rows) if spread is None else np.asarray(spread, dtype=np.float64)
    sigma2 = np.broadcast_to(sigma2, (rows,))
    if np.any(~(sigma2 > 0)):
        raise ValueError("heteroscedasticity must be positive for every response")
    cluster = settings.get("cluster")
    group = None if cluster is None else codes(np.asarray(cluster, dtype=np.int64))[0]
    if group is not None:
        X, sigma2 = _averaged(X, group), _averaged(sigma2[:, None], group)[:, 0]

    def ratios(d: Floats) -> Calibration:
        d = d if group is None else _averaged(d[:, None], group)[:, 0]
        found = solve(
            d,
            X,
            T,
            distance,
            settings.get("tolerance", 1e-12),
            settings.get("maximum_iterations", 200),
            sigma2,
        )
        limits = settings.get("trim")
        g = found.g if limits is None else _trimmed(found.g, d, limits)
        return Calibration(g, found.convergence)

    if isinstance(design, ReplicateDesign):
        return design.reweighted(lambda d: d * ratios(d).g), ratios(design.base_weights)
    d = design.base_weights
    result = ratios(d)
    mean_d = d if group is None else _averaged(d[:, None], group)[:, 0]
    root = np.sqrt(mean_d)
    # As in R, only the linear distance knows of unequal variances in its residuals.
    q = np.sqrt(sigma2) if distance.linear else np.ones(rows)
    adjustment = Calibrated(linalg.orth(X * (root / q)[:, None]), result.g * root * q)
    return design.reweighted(d * result.g, adjustment), result


def _averaged(columns: Floats, group: Ints) -> Floats:
    size = int(group.max(initial=-1)) + 1
    counts = np.bincount(group, minlength=size)[:, None]
    averaged: Floats = (sums_by(group, columns, size) / np.maximum(counts, 1))[group]
    return averaged


def solve(
    d: Floats,
    X: Floats,
    totals: Floats,
    distance: Distance,
    tolerance: float = 1e-12,
    maximum_iterations: int = 200,
    sigma2: Floats | None = None,
) -> Calibration:
    """Newton's method for Σ d F(x'λ/σ²) x = totals, until every total is within `tolerance`
    relative to 1 + |total|."""
    Z = X if sigma2 is None else X / sigma2[:, None]
    sample = d @ X
    with np.errstate(divide="ignore", invalid="ignore"):
        multiples = totals / sample
    scale = float(multiples.mean()) if multiples.min() > RESCALE_BEYOND else 1.0
    d = d * scale
    coefficients = np.zeros(X.shape[1])
    for iteration in range(1, maximum_iterations + 1):
        u = Z @ coefficients
        misfit = totals - (d * distance.F(u)) @ X
        matrix = (Z * (d * distance.derivative(u))[:, None]).T @ X
        step = linalg.pinvh(matrix) @ misfit
        while not np.all(np.isfinite(distance.F(Z @ (coefficients + step)))):
            step = step / 2
        coefficients = coefficients + step
        g = distance.F(Z @ coefficients)
        achieved = float(np.max(np.abs(totals - (d * g) @ X) / (1 + np.abs(totals))))
        if achieved < tolerance:
            return Calibration(g * scale, Convergence(True, iteration, achieved))
    # The last digits may be out of reach at the size of the totals; more than that is a failure.
    if achieved < max(1e-7, tolerance):
        return Calibration(g * scale, Convergence(False, maximum_iterations, achieved))
    raise CalibrationError(
        f"not converged after {maximum_iterations} iterations: totals missed by {achieved:.3g} of "
        "1 + total; widen the bounds, or ask for fewer totals"
    )


def _trimmed(g: Floats, d: Floats, limits: tuple[float, float]) -> Floats:
    outside = (g < limits[0]) | (g > limits[1])
    if not outside.any():
        return g
    clipped = np.clip(g, *limits)
    excess = float((g - clipped) @ d)
    return np.where(outside, clipped, g + excess / d[~outside].sum())
