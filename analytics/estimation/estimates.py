"""Estimates from single responses: means, totals, ratios, distributions, domains."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .design import Statistic
from .statistics import Covariances, LogOdds, Mean, Ratio, Total, Variance
from .sums import Floats, Mask, numbers
from .values import Estimate


class Design(Protocol):
    """What an estimator asks of a design: linearised (`SurveyDesign`) or replicated
    (`ReplicateDesign`)."""

    @property
    def weights(self) -> Floats: ...
    @property
    def df(self) -> int: ...
    @property
    def rows(self) -> int: ...
    @property
    def psus(self) -> int | None: ...
    def within(self, domain: ArrayLike) -> Self: ...
    def covariance(self, statistic: Statistic) -> Floats: ...


D = TypeVar("D", bound=Design)


@dataclass(frozen=True, eq=False)
class Joint:
    """Several estimates from one sample, with their covariance.

    names       what each value is of
    values      (p,)
    covariance  (p, p)
    df          degrees of freedom of the design
    """

    names: tuple[Hashable, ...]
    values: Floats
    covariance: Floats
    df: int

    @property
    def se(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))

    def contrast(self, coefficients: ArrayLike) -> Joint:
        """The linear combination c'θ̂ with variance c'V̂c [R `svycontrast`]."""
        c = np.atleast_2d(np.asarray(coefficients, dtype=np.float64))
        return Joint(("contrast",) * len(c), c @ self.values, c @ self.covariance @ c.T, self.df)

    def transform(self, *functions: Callable[[NDArray[np.complex128]], Any]) -> Joint:
        """Smooth functions of the values, with covariance by the delta method: ∇'V̂∇.

        Gradients are taken by complex steps, which are exact to rounding, so the functions must
        be made of arithmetic, powers, logarithms and exponentials.
        """
        steps = self.values + 1e-30j * np.eye(len(self.values))
        gradient = np.array([[np.imag(f(step)) / 1e-30 for step in steps] for f in functions])
        at = self.values.astype(np.complex128)
        value = np.array([float(np.real(f(at))) for f in functions])
        covariance = gradient @ self.covariance @ gradient.T
        return Joint(("transform",) * len(value), value, covariance, self.df)


def mean(design: Design, y: ArrayLike) -> Estimate:
    """The weighted mean Σ w y / Σ w; of zeros and ones, a proportion [R `svymean`].

    Missing values (NaN) leave the domain, not the design.
    """
    design, (column,) = _complete(design, y)
    w = design.weights
    if not w.any():
        return Estimate.without_data()
    statistic = Mean(column[:, None])
    low, high = _range(column, w)
    value = float(np.clip(statistic.value(w)[0], low, high))
    variance = float(design.covariance(statistic)[0, 0]) if low < high else 0.0
    # A standard error below 1e-12 of the spread is rounding, not information.
    if variance <= (1e-12 * (high - low)) ** 2:
        variance = 0.0
    spread = float(w @ (column - value) ** 2 / w.sum())
    return _estimate(design, value, variance, spread / variance if variance > 0 else None)


def total(design: Design, y: ArrayLike) -> Estimate:
    """The weighted total Σ w y [R `svytotal`]. n_eff is not defined for a total."""
    design, (column,) = _complete(design, y)
    if not design.weights.any():
        return Estimate.without_data()
    result = joint(design, Total(column[:, None]))
    return _estimate(design, float(result.values[0]), float(result.covariance[0, 0]), None)


def ratio(design: Design, numerator: ArrayLike, denominator: ArrayLike) -> Estimate:
    """Σ w y / Σ w x [R `svyratio`]. Without data where the denominator's total is zero."""
    design, (y, x) = _complete(design, numerator, denominator)
    w = design.weights
    if not w.any() or w @ x == 0:
        return Estimate.without_data()
    result = joint(design, Ratio(y[:, None], x[:, None]))
    return _estimate(design, float(result.values[0]), float(result.covariance[0, 0]), None)


def ratios(
    design: Design, numerators: ArrayLike, denominators: ArrayLike, names: Sequence[Hashable] = ()
) -> Joint:
    """Σ w y / Σ w x for each pair of columns of y and x (n, p), with covariance; rows with a
    missing value leave the domain."""
    y, x = (np.atleast_2d(np.asarray(v, dtype=np.float64).T).T for v in (numerators, denominators))
    design, columns = _complete(design, *y.T, *x.T)
    p = y.shape[1]
    return joint(design, Ratio(np.column_stack(columns[:p]), np.column_stack(columns[p:])), names)


def variance(design: Design, y: ArrayLike) -> Estimate:
    """The population variance n/(n−1) · Σ w (y−ȳ)² / Σ w [R `svyvar`]; needs two responses."""
    design, (column,) = _complete(design, y)
    n = int(np.count_nonzero(design.weights))
    if n < 2:
        return Estimate.without_data()
    result = joint(design, Variance(column[:, None], n))
    return _estimate(design, float(result.values[0]), float(result.covariance[0, 0]), None)


def covariances(design: Design, y: ArrayLike) -> Joint:
    """The population covariances n/(n−1) · Σ w (y_j−ȳ_j)(y_k−ȳ_k) / Σ w of the columns of y
    (n, p), row by row of the matrix, with the covariance of these estimates [R `svyvar`]."""
    table = np.atleast_2d(np.asarray(y, dtype=np.float64).T).T
    design, columns = _complete(design, *table.T)
    n = int(np.count_nonzero(design.weights))
    if n < 2:
        raise ValueError(f"covariances need two responses, not {n}")
    names = tuple((j, k) for j in range(len(columns)) for k in range(len(columns)))
    return joint(design, Covariances(np.column_stack(columns), n), names)


def log_odds(design: Design, y: ArrayLike) -> Estimate:
    """log(p/(1−p)) of a proportion, the intercept of a logistic model [R `svyglm(y ~ 1)`].

    With replicate weights its variance is that of the replicated log-odds, which differs a little
    from the delta method's. Without data where p is 0 or 1.
    """
    design, (column,) = _complete(design, y)
    p = mean(design, column).value
    if p is None or not 0 < p < 1:
        return Estimate.without_data()
    result = joint(design, LogOdds(column[:, None]))
    return _estimate(design, float(result.values[0]), float(result.covariance[0, 0]), None)


def net_promoter_score(design: Design, recommendation: ArrayLike) -> Estimate:
    """Share of 9–10 minus share of 0–6 on the question 0 … 10, as a number from −1 to 1.

    It is the mean of +1, 0 and −1, so its variance is that of a mean (the trinomial's
    linearisation).
    """
    answer = numbers(recommendation, len(design.weights))
    net = np.where(answer >= 9, 1.0, np.where(answer <= 6, -1.0, 0.0))
    return mean(design, np.where(np.isnan(answer), np.nan, net))


def means(design: Design, y: ArrayLike, names: Sequence[Hashable] = ()) -> Joint:
    """The means of the columns of y (n, p) with their covariance; rows with a missing value
    leave the domain."""
    table = np.atleast_2d(np.asarray(y, dtype=np.float64).T).T
    design, columns = _complete(design, *table.T)
    return joint(design, Mean(np.column_stack(columns)), names)


def totals(design: Design, y: ArrayLike, names: Sequence[Hashable] = ()) -> Joint:
    """The totals of the columns of y (n, p) with their covariance."""
    table = np.atleast_2d(np.asarray(y, dtype=np.float64).T).T
    design, columns = _complete(design, *table.T)
    return joint(design, Total(np.column_stack(columns)), names)


def distribution(design: Design, category: ArrayLike) -> Joint:
    """The share of each category, with covariance; names are the categories, sorted.

    Missing values (NaN or an empty string) leave the domain; without data there are no shares.
    """
    label = np.asarray(category)
    known = ~np.isnan(label) if label.dtype.kind == "f" else label != ""
    design = design.within(known)
    levels = np.unique(label[known & (design.weights > 0)])
    if not len(levels):
        return Joint((), np.zeros(0), np.zeros((0, 0)), 0)
    return means(design, label[:, None] == levels, tuple(levels.tolist()))


def domain_means(design: Design, y: ArrayLike, domain: ArrayLike) -> Joint:
    """The mean in each domain, with the covariance between domains that share PSUs
    [R `svyby(covmat=TRUE)`].

    `domain` labels each response; names are the domains with data, sorted, so a domain in which
    every answer is missing is not among them.
    """
    design, (column,) = _complete(design, y)
    label = np.asarray(domain)
    levels = np.unique(label[design.weights > 0])
    member = (label[:, None] == levels).astype(np.float64)
    statistic = Ratio(member * column[:, None], member)
    return joint(design, statistic, tuple(levels.tolist()))


def domain_estimates(
    design: Design, y: ArrayLike, domains: Sequence[ArrayLike], *, total: bool = False
) -> Joint:
    """The mean (or the total) of each column of y (n, p) in each domain, with their covariance.

    Domains are masks and may overlap. Values run through the domains for the first column, then
    for the next; their names are (domain, column). [R `svyby(covmat=TRUE)`]
    """
    table = np.atleast_2d(np.asarray(y, dtype=np.float64).T).T
    design, columns = _complete(design, *table.T)
    masks = [np.asarray(domain, dtype=np.float64) for domain in domains]
    member = np.column_stack([mask for _ in columns for mask in masks])
    inside = np.column_stack([mask * column for column in columns for mask in masks])
    names = tuple((d, c) for c in range(len(columns)) for d in range(len(masks)))
    return joint(design, Total(inside) if total else Ratio(inside, member), names)


def joint(design: Design, statistic: Statistic, names: Sequence[Hashable] = ()) -> Joint:
    """Any statistic over the domain of a design, with its covariance.

    ValueError where it is not defined there: a mean without responses, or a ratio whose
    denominator sums to zero.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        values = statistic.value(design.weights)
    if not np.isfinite(values).all():
        raise ValueError(
            "not defined in this domain (no responses, or a denominator of zero): "
            "leave such domains and columns out"
        )
    labels = tuple(names) or tuple(range(len(values)))
    return Joint(labels, values, design.covariance(statistic), design.df)


def _estimate(design: Design, value: float, variance: float, n_eff: float | None) -> Estimate:
    w = design.weights
    variance = max(variance, 0.0)
    return Estimate(
        value=value,
        variance=variance,
        se=float(np.sqrt(variance)),
        n=int(np.count_nonzero(w)),
        n_kish=float(w.sum() ** 2 / (w @ w)),
        n_eff=n_eff,
        df=design.df,
        weight=float(w.sum()),
        psus=design.psus,
    )


def _complete(design: D, *columns: ArrayLike) -> tuple[D, list[Floats]]:
    """The domain where every column is known, and the columns with zeros elsewhere."""
    arrays: list[Floats] = [numbers(c, len(design.weights)) for c in columns]
    known: Mask = np.all([~np.isnan(a) for a in arrays], axis=0)
    return design.within(known), [np.where(known, a, 0.0) for a in arrays]


def _range(column: NDArray[np.float64], w: Floats) -> tuple[float, float]:
    observed = column[w > 0]
    return float(observed.min()), float(observed.max())
