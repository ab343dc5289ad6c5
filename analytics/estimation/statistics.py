"""Means, totals, ratios and variances as functions of the weights, with their linearisations.

A response takes part in a statistic with its weight; the score is the weight times the
influence function [Deville 1999]. Any design turns a statistic into an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy import special

from .sums import Floats


@dataclass(frozen=True, eq=False)
class Mean:
    """Σ w y / Σ w for each column of y (n, p)."""

    y: Floats

    def value(self, w: Floats) -> Floats:
        mean: Floats = (w @ self.y) / w.sum()
        return mean

    def scores(self, w: Floats) -> Floats:
        scores: Floats = (self.y - self.value(w)) * (w / w.sum())[:, None]
        return scores


@dataclass(frozen=True, eq=False)
class Total:
    """Σ w y for each column of y (n, p)."""

    y: Floats

    def value(self, w: Floats) -> Floats:
        total: Floats = w @ self.y
        return total

    def scores(self, w: Floats) -> Floats:
        return self.y * w[:, None]


@dataclass(frozen=True, eq=False)
class Ratio:
    """Σ w y / Σ w x for each pair of columns of y and x (n, p)."""

    y: Floats
    x: Floats

    def value(self, w: Floats) -> Floats:
        ratio: Floats = (w @ self.y) / (w @ self.x)
        return ratio

    def scores(self, w: Floats) -> Floats:
        scores: Floats = (self.y - self.value(w) * self.x) / (w @ self.x) * w[:, None]
        return scores


@dataclass(frozen=True, eq=False)
class Variance:
    """n/(n−1) · Σ w (y − ȳ)² / Σ w for each column of y (n, p); n counts non-zero weights."""

    y: Floats
    n: int

    def _squares(self, w: Floats) -> Floats:
        squares: Floats = (self.y - Mean(self.y).value(w)) ** 2 * (self.n / (self.n - 1))
        return squares

    def value(self, w: Floats) -> Floats:
        return Mean(self._squares(w)).value(w)

    def scores(self, w: Floats) -> Floats:
        return Mean(self._squares(w)).scores(w)


@dataclass(frozen=True, eq=False)
class Covariances:
    """n/(n−1) · Σ w (y_j − ȳ_j)(y_k − ȳ_k) / Σ w for all columns j, k of y (n, p), row by row."""

    y: Floats
    n: int

    def _products(self, w: Floats) -> Floats:
        centred = self.y - Mean(self.y).value(w)
        products: Floats = (centred[:, :, None] * centred[:, None, :]).reshape(len(centred), -1)
        return products * (self.n / (self.n - 1))

    def value(self, w: Floats) -> Floats:
        return Mean(self._products(w)).value(w)

    def scores(self, w: Floats) -> Floats:
        return Mean(self._products(w)).scores(w)


@dataclass(frozen=True, eq=False)
class LogOdds:
    """log(p/(1−p)) of the weighted mean p of each column of y (n, p); 0 < p < 1."""

    y: Floats

    def value(self, w: Floats) -> Floats:
        odds: Floats = special.logit(Mean(self.y).value(w))
        return odds

    def scores(self, w: Floats) -> Floats:
        p = Mean(self.y).value(w)
        scores: Floats = Mean(self.y).scores(w) / (p * (1 - p))
        return scores
