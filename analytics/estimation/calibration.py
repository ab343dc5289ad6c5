"""Calibration: the weights nearest to the design weights that reproduce known totals.

w = d · F(x'λ) with λ such that Σ w x = X [Deville and Särndal 1992]. The distance sets F: linear,
raking (exponential) or logit; bounds limit the ratio g = w/d. Variances use the residuals of the
weighted regression of the scores on x, with the design weights [R `calibrate`].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from .design import SurveyDesign
from .replicates import ReplicateDesign
from .sums import Floats
from .weighting import Convergence

AnyDesign = TypeVar("AnyDesign", SurveyDesign, ReplicateDesign)

RESCALE_BEYOND = 20.0
"""Totals more than so many times those of the sample: the weights are first scaled as a whole."""


class CalibrationError(ValueError):
    """No weights within the bounds reproduce the totals."""


@dataclass(frozen=True)
class Distance:
    """F with F(0) = 1, and its derivative."""

    F: Callable[[Floats], Floats]
    derivative: Callable[[Floats], Floats]


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
    bounds: tuple[float, float] | None = None,
    trim: tuple[float, float] | None = None,
    tolerance: float = 1e-12,
    maximum_iterations: int = 200,
) -> tuple[AnyDesign, Calibration]:
    """F(u) = 1 + u, cut at the bounds where given: the generalised regression estimator.

    x (n, p) auxiliary variables (a column of ones makes Σw known), totals (p,) of the population.
    `trim` sets g outside these limits to them and spreads the excess by weight over the others.
    """
    low, high = bounds or (-np.inf, np.inf)
    distance = Distance(
        F=lambda u: np.clip(1 + u, low, high),
        derivative=lambda u: ((1 + u < high) & (1 + u > low)).astype(np.float64),
    )
    return _calibrate(design, x, totals, distance, trim, tolerance, maximum_iterations)


def calibrate_raking(
    design: AnyDesign,
    x: ArrayLike,
    totals: ArrayLike,
    *,
    trim: tuple[float, float] | None = None,
    tolerance: float = 1e-12,
    maximum_iterations: int = 200,
) -> tuple[AnyDesign, Calibration]:
    """F(u) = exp(u): always positive; with indicators of margins the weights of raking."""
    distance = Distance(F=_exp, derivative=_exp)
    return _calibrate(design, x, totals, distance, trim, tolerance, maximum_iterations)


def calibrate_logit(
    design: AnyDesign,
    x: ArrayLike,
    totals: ArrayLike,
    *,
    bounds: tuple[float, float],
    trim: tuple[float, float] | None = None,
    tolerance: float = 1e-12,
    maximum_iterations: int = 200,
) -> tuple[AnyDesign, Calibration]:
    """F between the bounds L < 1 < U, smooth:
    F(u) = (L(U−1) + U(1−L)e^{Au}) / (U−1 + (1−L)e^{Au}), A = (U−L)/((U−1)(1−L))."""
    L, U = bounds
    if not L < 1 < U:
        raise ValueError("bounds of a logit calibration must have 1 between them")
    A = (U - L) / ((U - 1) * (1 - L))

    def F(u: Floats) -> Floats:
        e = _exp(A * u)
        value: Floats = (L * (U - 1) + U * (1 - L) * e) / (U - 1 + (1 - L) * e)
        return value

    def derivative(u: Floats) -> Floats:
        slope: Floats = (F(u) - L) * (U - F(u)) * A / (U - L)
        return slope

    return _calibrate(
        design, x, totals, Distance(F, derivative), trim, tolerance, maximum_iterations
    )


def _exp(u: Floats) -> Floats:
    value: Floats = np.exp(np.minimum(u, 500.0))
    return value


def _calibrate(
    design: AnyDesign,
    x: ArrayLike,
    totals: ArrayLike,
    distance: Distance,
    trim: tuple[float, float] | None,
    tolerance: float,
    maximum_iterations: int,
) -> tuple[AnyDesign, Calibration]:
    X = np.atleast_2d(np.asarray(x, dtype=np.float64).T).T
    T = np.asarray(totals, dtype=np.float64)

    def ratios(d: Floats) -> Calibration:
        found = solve(d, X, T, distance, tolerance, maximum_iterations)
        g = found.g if trim is None else _trimmed(found.g, d, trim)
        return Calibration(g, found.convergence)

    if isinstance(design, ReplicateDesign):
        return design.reweighted(lambda d: d * ratios(d).g), ratios(design.base_weights)
    d = design.base_weights
    result = ratios(d)
    root = np.sqrt(d)
    adjustment = Calibrated(linalg.orth(X * root[:, None]), result.g * root)
    return design.reweighted(d * result.g, adjustment), result


def solve(
    d: Floats,
    X: Floats,
    totals: Floats,
    distance: Distance,
    tolerance: float = 1e-12,
    maximum_iterations: int = 200,
) -> Calibration:
    """Newton's method for Σ d F(x'λ) x = totals, until every total is within `tolerance`
    relative to 1 + |total|."""
    sample = d @ X
    with np.errstate(divide="ignore", invalid="ignore"):
        multiples = totals / sample
    scale = float(multiples.mean()) if multiples.min() > RESCALE_BEYOND else 1.0
    d = d * scale
    coefficients = np.zeros(X.shape[1])
    for iteration in range(1, maximum_iterations + 1):
        u = X @ coefficients
        misfit = totals - (d * distance.F(u)) @ X
        matrix = (X * (d * distance.derivative(u))[:, None]).T @ X
        step = linalg.pinvh(matrix) @ misfit
        while not np.all(np.isfinite(distance.F(X @ (coefficients + step)))):
            step = step / 2
        coefficients = coefficients + step
        g = distance.F(X @ coefficients)
        achieved = float(np.max(np.abs(totals - (d * g) @ X) / (1 + np.abs(totals))))
        if achieved < tolerance:
            return Calibration(g * scale, Convergence(True, iteration, achieved))
    # The last digits may be out of reach at the size of the totals; more than that is a failure.
    if achieved < max(1e-7, tolerance):
        return Calibration(g * scale, Convergence(False, maximum_iterations, achieved))
    raise CalibrationError(
        f"not converged after {maximum_iterations} iterations: totals missed by {achieved:.3g}"
    )


def _trimmed(g: Floats, d: Floats, limits: tuple[float, float]) -> Floats:
    outside = (g < limits[0]) | (g > limits[1])
    if not outside.any():
        return g
    clipped = np.clip(g, *limits)
    excess = float((g - clipped) @ d)
    return np.where(outside, clipped, g + excess / d[~outside].sum())
