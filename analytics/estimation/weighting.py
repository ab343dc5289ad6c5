"""From design weights to final weights: nonresponse, poststratification, raking, trimming.

Each step returns a new design; the linearised variance learns of it through the residuals that
the step leaves. Calibration to totals of continuous variables is in `calibration`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from .design import SurveyDesign
from .replicates import ReplicateDesign
from .sums import Floats, Ints, codes, sums_by

AnyDesign = TypeVar("AnyDesign", SurveyDesign, ReplicateDesign)


def adjust_for_nonresponse(
    design: SurveyDesign, responded: ArrayLike, cell: ArrayLike
) -> tuple[SurveyDesign, dict[Hashable, float]]:
    """Within each cell, respondents take over the weight of those who did not respond.

    d_i / (Σ_respondents d / Σ_sampled d): the weighted response rate of the cell
    [Oh and Scheuren 1983]. Returns the design looking at the respondents, and the rate of each
    cell; a cell with rate 0 has nobody to speak for it.
    """
    answered = np.asarray(responded, dtype=bool)
    label = np.asarray(cell)
    levels, index = np.unique(label, return_inverse=True)
    d = design.weights
    issued = sums_by(index, d, len(levels))
    obtained = sums_by(index, np.where(answered, d, 0.0), len(levels))
    rate = np.divide(obtained, issued, out=np.zeros_like(issued), where=issued > 0)
    inverse = np.divide(1.0, rate, out=np.zeros_like(rate), where=rate > 0)
    weights = np.where(answered, design.base_weights * inverse[index], 0.0)
    rates = dict(zip(levels.tolist(), rate.tolist(), strict=True))
    return design.reweighted(weights).within(answered), rates


# --- Poststratification -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Poststratified:
    """Residuals from the poststratum means, taken with the weights before the adjustment."""

    group: Ints
    before: Floats
    after: Floats

    def residuals(self, z: Floats) -> Floats:
        size = int(self.group.max(initial=-1)) + 1
        after = np.where(self.after > 0, self.after, 1.0)
        known = sums_by(self.group, self.before, size)
        sums = sums_by(self.group, z * (self.before / after)[:, None], size)
        means = sums / np.where(known > 0, known, 1.0)[:, None]
        return z - means[self.group] * np.where(self.after > 0, self.after, 0.0)[:, None]


def poststratify(
    design: AnyDesign, poststratum: ArrayLike, totals: Mapping[Hashable, float]
) -> AnyDesign:
    """w = d · N_g / Σ_g d in each poststratum g [Holt and Smith 1979; R `postStratify`].

    `totals` gives the population N_g of each label of `poststratum`. Every response needs a
    total, every total a response: merge thin cells first (`collapse`).
    """
    levels, group = np.unique(np.asarray(poststratum), return_inverse=True)
    N = _population_of(levels.tolist(), totals)
    if isinstance(design, ReplicateDesign):
        return design.reweighted(lambda w: _to_totals(w, group, N))
    before = design.base_weights
    after = _to_totals(before, group, N)
    return design.reweighted(after, Poststratified(group, before, after))


def _population_of(levels: Sequence[Hashable], totals: Mapping[Hashable, float]) -> Floats:
    unknown = [level for level in levels if level not in totals]
    if unknown:
        raise ValueError(f"responses in poststrata without a population total: {unknown}")
    empty = [label for label, N in totals.items() if N > 0 and label not in set(levels)]
    if empty:
        raise ValueError(f"population totals without responses: {empty}")
    N = np.array([totals[level] for level in levels], dtype=np.float64)
    if not np.all((N >= 0) & np.isfinite(N)):
        raise ValueError("population totals must be finite and not negative")
    return N


def _to_totals(w: Floats, group: Ints, N: Floats) -> Floats:
    sample = sums_by(group, w, len(N))
    return w * np.divide(N, sample, out=np.zeros_like(N), where=sample > 0)[group]


# --- Raking -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Margin:
    """One margin to rake to: the label of each response, and the population of each label."""

    label: ArrayLike
    totals: Mapping[Hashable, float]


@dataclass(frozen=True, eq=False)
class Raked:
    """Residuals by ten sweeps over the margins of unweighted means of z/w, as R's `rake`."""

    margins: tuple[tuple[Ints, Floats], ...]

    def residuals(self, z: Floats) -> Floats:
        for _ in range(10):
            for group, weights in self.margins:
                size = int(group.max(initial=-1)) + 1
                w = np.where(weights > 0, weights, 1.0)[:, None]
                count = np.bincount(group, minlength=size)[:, None]
                means = sums_by(group, z / w, size) / np.maximum(count, 1)
                z = z - means[group] * np.where(weights > 0, weights, 0.0)[:, None]
        return z


@dataclass(frozen=True, slots=True)
class Convergence:
    """How an iteration ended; `achieved` is the quantity that was to pass the tolerance."""

    converged: bool
    iterations: int
    achieved: float


MET_WITHIN = 1e-6
"""So near, as a share of the population, a margin counts as met."""


def _check_totals(populations: Sequence[Floats]) -> None:
    """Raise ValueError where the margins are not of one population."""
    sums = [float(N.sum()) for N in populations]
    if max(sums) - min(sums) > MET_WITHIN * max(sums):
        raise ValueError(f"the totals of the margins differ: {', '.join(f'{s:g}' for s in sums)}")


def rake(
    design: AnyDesign,
    margins: Sequence[Margin],
    *,
    maximum_iterations: int = 100,
    tolerance: float = 1e-9,
) -> tuple[AnyDesign, Convergence]:
    """Poststratify to each margin in turn until the weighted table stands still
    [Deming and Stephan 1940; R `rake`].

    Stops when no cell of the table of all margins moves by more than `tolerance`: a share of Σw
    where it is below 1, an absolute count otherwise (as R). Weights may stand still where margins
    contradict each other: it has converged where every margin is met, too.
    """
    if not margins:
        raise ValueError("raking needs at least one margin")
    levels = [np.unique(np.asarray(m.label), return_inverse=True) for m in margins]
    groups = [index for _, index in levels]
    populations = [
        _population_of(names.tolist(), m.totals)
        for (names, _), m in zip(levels, margins, strict=True)
    ]
    _check_totals(populations)
    joint, first = codes(*groups)
    w = design.base_weights
    limit = tolerance * w.sum() if tolerance < 1 else tolerance
    table = sums_by(joint, w, len(first))
    steps: list[tuple[Ints, Floats]] = []
    change, iterations = np.inf, 0
    while iterations < maximum_iterations:
        iterations += 1
        steps = []
        for group, N in zip(groups, populations, strict=True):
            w = _to_totals(w, group, N)
            steps.append((group, w))
        moved = sums_by(joint, w, len(first))
        change = float(np.abs(moved - table).max())
        table = moved
        if change < limit:
            break
    off = max(
        float(np.abs(np.bincount(group, w, len(N)) - N).max())
        for group, N in zip(groups, populations, strict=True)
    )
    met = off <= max(limit, MET_WITHIN * float(w.sum()))
    ended = Convergence(change < limit and met, iterations, change)
    if isinstance(design, ReplicateDesign):

        def sweep(weights: Floats) -> Floats:
            for _ in range(iterations):
                for group, N in zip(groups, populations, strict=True):
                    weights = _to_totals(weights, group, N)
            return weights

        return design.reweighted(sweep), ended
    return design.reweighted(w, Raked(tuple(steps))), ended


# --- Trimming ---------------------------------------------------------------------------------


def trim(
    design: AnyDesign,
    *,
    lower: float = 0.0,
    upper: float = np.inf,
    strict: bool = False,
    cell: ArrayLike | None = None,
) -> AnyDesign:
    """Weights outside the limits are set to them, and what was cut off is spread evenly over the
    other responses, within each `cell` where given [Potter 1990; R `trimWeights`].

    Σw is kept. Spreading may push other weights past the limit; `strict` repeats until none is.
    """
    if not lower <= upper:
        raise ValueError(f"limits of weights from {lower} to {upper}: the lower comes first")
    rows = len(design.base_weights)
    group = np.zeros(rows, dtype=np.int64) if cell is None else codes(_index(cell))[0]
    if isinstance(design, ReplicateDesign):
        return design.reweighted(lambda w: _trimmed(w, group, lower, upper, strict))
    return design.reweighted(_trimmed(design.base_weights, group, lower, upper, strict))


def _trimmed(w: Floats, group: Ints, lower: float, upper: float, strict: bool) -> Floats:
    size = int(group.max(initial=-1)) + 1
    while True:
        outside = (w < lower) | (w > upper)
        if not outside.any():
            return w
        clipped = np.clip(w, lower, upper)
        cut = sums_by(group, w - clipped, size)
        others = np.bincount(group, weights=~outside, minlength=size)
        if np.any((np.abs(cut) > 1e-12 * w.sum()) & (others == 0)):
            raise ValueError("no weight lies within the limits to take what was trimmed")
        share = np.divide(cut, others, out=np.zeros_like(cut), where=others > 0)
        w = np.where(outside, clipped, w + share[group])
        if not strict:
            return w


def _index(label: ArrayLike) -> Ints:
    index: Ints = np.unique(np.asarray(label), return_inverse=True)[1].astype(np.int64)
    return index


def median_limit(weights: ArrayLike, times: float = 5.0) -> float:
    """The usual upper limit for trimming: a multiple of the median of the positive weights."""
    w = np.asarray(weights, dtype=np.float64)
    if not np.any(w > 0):
        raise ValueError("no positive weight to take the median of")
    return times * float(np.median(w[w > 0]))


@dataclass(frozen=True, slots=True)
class WeightDiagnostics:
    """n responses with weight, Σw, Kish's effective size and design effect, largest weight and
    its multiple of the mean."""

    n: int
    total: float
    n_kish: float
    deff: float
    largest: float
    largest_over_mean: float


def diagnose(weights: ArrayLike) -> WeightDiagnostics | None:
    """What unequal weights cost: deff = n Σw²/(Σw)² [Kish 1965]. None without weights."""
    w = np.asarray(weights, dtype=np.float64)
    w = w[w > 0]
    if not len(w):
        return None
    n_kish = float(w.sum() ** 2 / (w @ w))
    return WeightDiagnostics(
        n=len(w),
        total=float(w.sum()),
        n_kish=n_kish,
        deff=len(w) / n_kish,
        largest=float(w.max()),
        largest_over_mean=float(w.max() / w.mean()),
    )
