"""Small offices: estimates that borrow strength from the others. Model-based, never the verdict.

Each result is the compromise between what the office's own answers say and what a model says of
offices like it, with its mean squared error, the uncertainty of the model's parameters included
[Rao and Molina 2015].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from .effective_size import effective_sizes
from .intervals import LEVEL
from .sums import Floats
from .values import Columns, Estimate, Interval


@dataclass(frozen=True, slots=True)
class ModelBased:
    """An office's share under a model. `shrinkage` is the weight of the model, 0 to 1."""

    value: float
    mse: float
    interval: Interval
    shrinkage: float


@dataclass(frozen=True, eq=False)
class BetaBinomial:
    """Shares of offices spread as Beta(mean·concentration, (1−mean)·concentration)."""

    mean: float
    concentration: float


def _effective_counts(estimates: Sequence[Estimate]) -> tuple[Floats, Floats]:
    """Satisfied answers and answers, both at the effective size of the official interval."""
    size = effective_sizes(Columns.of(estimates), None, LEVEL)
    share = np.array([0.0 if e.value is None else e.value for e in estimates])
    return size * share, size


def fit_beta_binomial(estimates: Sequence[Estimate]) -> BetaBinomial:
    """Mean and concentration by maximum likelihood of the beta-binomial."""
    x, n = _effective_counts(estimates)
    return _fit_beta_binomial(x, n)


def _fit_beta_binomial(x: Floats, n: Floats, near: BetaBinomial | None = None) -> BetaBinomial:
    """Starting from `near` where a model of nearly the same offices is known."""
    known = n > 0
    if known.sum() < 2:
        raise ValueError("at least two offices with data are needed")
    x, n = x[known], n[known]
    usual = float(special.logit((x.sum() + 0.5) / (n.sum() + 1)))
    start = [usual, 3.0]
    if near is not None:
        start = [float(special.logit(near.mean)), float(np.log(near.concentration))]

    def loss(parameters: Floats) -> tuple[float, Floats]:
        """Minus the log likelihood a response, in logit mean and log concentration; its slopes."""
        mean, M = special.expit(parameters[0]), np.exp(parameters[1])
        a, b = mean * M, (1 - mean) * M
        value = special.betaln(x + a, n - x + b) - special.betaln(a, b)
        both = special.digamma(M) - special.digamma(n + M)
        by_a = special.digamma(x + a) - special.digamma(a) + both
        by_b = special.digamma(n - x + b) - special.digamma(b) + both
        slopes = [np.sum(by_a - by_b) * a * (1 - mean), np.sum(by_a * a + by_b * b)]
        return -float(np.sum(value)) / scale, -np.array(slopes) / scale

    scale = float(n.sum())
    bounds = [(usual - 6, usual + 6), (-3.0, 12.0)]
    found = optimize.minimize(
        loss, start, bounds=bounds, jac=True, method="SLSQP", options={"ftol": 1e-12}
    )
    return BetaBinomial(float(special.expit(found.x[0])), float(np.exp(found.x[1])))


def beta_binomial_shares(estimates: Sequence[Estimate], level: float = LEVEL) -> list[ModelBased]:
    """Empirical Bayes shares (x + mean·M)/(n + M); MSE by the jackknife of Jiang, Lahiri and Wan
    (2002), which adds what estimating the model costs. The interval is the Beta with that mean
    and that MSE as variance."""
    x, n = _effective_counts(estimates)
    model = _fit_beta_binomial(x, n)
    full = _posterior(x, n, model)
    m = len(n)
    excess, movement = np.zeros(m), np.zeros(m)
    for j in range(m):
        kept = np.arange(m) != j
        try:
            without = _posterior(x, n, _fit_beta_binomial(x[kept], n[kept], model))
        except ValueError:
            continue
        excess += (m - 1) / m * (without[1] - full[1])
        movement += (m - 1) / m * (without[0] - full[0]) ** 2
    value, spread, shrinkage = full
    corrected = np.where(spread - excess > 0, spread - excess, spread)
    mse = corrected + movement
    return [
        ModelBased(float(v), float(e), _beta_interval(float(v), float(e), level), float(s))
        for v, e, s in zip(value, mse, shrinkage, strict=True)
    ]


def _posterior(x: Floats, n: Floats, model: BetaBinomial) -> tuple[Floats, Floats, Floats]:
    """Mean and variance of the share given the data, and the weight of the model."""
    total = n + model.concentration
    mean = (x + model.mean * model.concentration) / total
    return mean, mean * (1 - mean) / (total + 1), model.concentration / total


def _beta_interval(mean: float, variance: float, level: float) -> Interval:
    size = max(mean * (1 - mean) / variance - 1, 1e-6)
    low, high = stats.beta.interval(level, mean * size, (1 - mean) * size)
    return Interval(float(low), float(high), level, "beta-binomial empirical Bayes")


def fay_herriot_shares(
    estimates: Sequence[Estimate], predictors: ArrayLike, level: float = LEVEL
) -> list[ModelBased]:
    """Empirical best linear predictors on the logit scale: θ̂_i = x_i'β + u_i + e_i, with
    Var e_i = ψ_i known and Var u_i by adjusted restricted maximum likelihood
    [Fay and Herriot 1979; Li and Lahiri 2010].

    predictors (offices, p), a column of ones included. θ̂ uses (n*p + ½)/(n* + 1), so that offices
    with all or none satisfied take part; offices without data get the model's value.
    MSE = g1 + g2 + 2 g3 [Datta and Lahiri 2000], carried to shares by the delta method; the
    interval is θ̃ ± z√MSE turned back: about 88 % of truths inside (nominally 95 %) where offices
    have 5 to 60 answers, since the logit of so few is not normal.
    """
    X = np.asarray(predictors, dtype=np.float64)
    x, n = _effective_counts(estimates)
    known = n > 0
    if known.sum() <= X.shape[1]:
        raise ValueError("more offices with data than predictors are needed")
    p = (x + 0.5) / (n + 1)
    theta, psi = special.logit(p), 1 / ((n + 1) * p * (1 - p))
    sigma2 = _between_office_variance(theta[known], psi[known], X[known])
    weight = np.where(known, 1 / (sigma2 + psi), 0.0)
    information = (X * weight[:, None]).T @ X
    inverse = np.linalg.pinv(information)
    beta = inverse @ (X.T @ (weight * theta))
    shrinkage = np.where(known, psi / (sigma2 + psi), 1.0)
    predicted = shrinkage * (X @ beta) + (1 - shrinkage) * theta
    g1 = np.where(known, sigma2 * shrinkage, sigma2)
    g2 = shrinkage**2 * np.einsum("ij,jk,ik->i", X, inverse, X)
    g3 = np.where(known, psi**2 / (sigma2 + psi) ** 3, 0.0) * 2 / np.sum(weight**2)
    mse = g1 + g2 + 2 * g3
    z = stats.norm.isf((1 - level) / 2)
    results = []
    for t, e, s in zip(predicted, mse, shrinkage, strict=True):
        share = float(special.expit(t))
        low, high = special.expit(t - z * np.sqrt(e)), special.expit(t + z * np.sqrt(e))
        interval = Interval(float(low), float(high), level, "fay-herriot")
        results.append(ModelBased(share, float(e) * (share * (1 - share)) ** 2, interval, float(s)))
    return results


def _between_office_variance(theta: Floats, psi: Floats, X: Floats) -> float:
    """The residual likelihood times the variance, so that the estimate is never zero: zero would
    call all offices equal by chance and promise more than the data hold [Li and Lahiri 2010]."""

    def loss(log_variance: float) -> float:
        variance = np.exp(log_variance)
        weight = 1 / (variance + psi)
        information = (X * weight[:, None]).T @ X
        beta = np.linalg.lstsq(information, X.T @ (weight * theta), rcond=None)[0]
        residual = theta - X @ beta
        likelihood = np.sum(np.log(weight)) - np.linalg.slogdet(information)[1]
        return float(residual @ (weight * residual) - likelihood - 2 * log_variance)

    largest = float(np.log(10 * np.var(theta) + 10 * psi.mean()))
    found = optimize.minimize_scalar(loss, bounds=(largest - 14, largest), method="bounded")
    return float(np.exp(found.x))
