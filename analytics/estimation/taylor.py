"""Variance by Taylor linearisation: the spread of PSU totals of linearised scores.

With n of N units drawn in each stratum and z the PSU totals of the scores,
V̂ = Σ_h (1 − n_h/N_h) n_h/(n_h−1) Σ_k (z_hk − z̄_h)², plus, for each further stage, the same
within each unit times the sampling fraction of the units above
[Särndal, Swensson and Wretman 1992, ch. 4; R `survey::svyrecvar`].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .lonely import LonelyPSU, LonelyPSUError
from .sums import Floats, Ints, Mask, codes, sums_by


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of sampling, described row by row.

    stratum     stratum, numbered from 0; from the second stage on, nested in the unit before
    unit        unit sampled at this stage, numbered from 0, distinct across strata
    sampled     units sampled in the stratum (n_h)
    population  units in the stratum (N_h), inf where sampled with replacement
    """

    stratum: Ints
    unit: Ints
    sampled: Floats
    population: Floats


def stages_covariance(
    stages: Sequence[Stage],
    z: Floats,
    present: Mask,
    lonely: LonelyPSU = LonelyPSU.FAIL,
    lonely_in_domain: bool = False,
) -> Floats:
    """(p, p) covariance of the statistics whose weighted scores z (n, p) are given.

    present           (n,) rows that take part
    lonely            what a stratum with a single unit adds
    lonely_in_domain  that rule too where a domain leaves one unit of several
    """
    rows = np.flatnonzero(present)
    p = z.shape[1]
    covariance = np.zeros((p, p))
    fraction = np.ones(len(rows))
    within = np.zeros(len(rows), dtype=np.int64)
    for stage in stages:
        rule = (lonely, lonely_in_domain)
        covariance += _stage_covariance(stage, z[rows], rows, fraction, within, *rule)
        fraction = fraction * (stage.sampled / stage.population)[rows]
        within = stage.unit[rows]
        if not fraction.any():
            break
    return covariance


def _stage_covariance(
    stage: Stage,
    z: Floats,
    rows: Ints,
    fraction: Floats,
    within: Ints,
    rule: LonelyPSU,
    rule_in_domain: bool,
) -> Floats:
    """What one stage adds. `fraction` is that of the units above, `within` the unit above."""
    unit, first = codes(stage.unit[rows])
    totals = sums_by(unit, z, len(first))
    stratum, h = codes(stage.stratum[rows][first])
    at = first[h]
    n, N = stage.sampled[rows][at], stage.population[rows][at]
    weight, group = fraction[at], codes(within[at])[0]

    seen = np.bincount(stratum, minlength=len(h))
    unsampled = 1 - n / N
    exhausted = unsampled < 1e-7
    scale = np.where(exhausted, 0.0, unsampled * np.where(n > 1, n / np.maximum(n - 1, 1), 1.0))
    lonely = ~exhausted & (n == 1)
    if rule is LonelyPSU.FAIL and lonely.any():
        raise LonelyPSUError(
            f"{lonely.sum()} strata have one sampling unit: declare another rule, or merge them"
        )
    if rule_in_domain:
        lonely |= ~exhausted & (seen == 1)
    factor, centred_at_zero = _treatment(rule, lonely, group)
    weight = weight * scale * factor

    centre = sums_by(stratum, totals, len(h)) / n[:, None]
    centre[centred_at_zero] = 0.0
    deviation = (totals - centre[stratum]) * np.sqrt(weight)[stratum][:, None]
    # Units without a response of the domain have the total zero.
    absent = centre * np.sqrt(weight * (n - seen))[:, None]
    covariance: Floats = deviation.T @ deviation + absent.T @ absent
    return covariance


def _treatment(rule: LonelyPSU, lonely: Mask, group: Ints) -> tuple[Floats, Mask]:
    """By which factor each stratum counts, and which are centred at zero. Centred at its own
    mean, a single unit adds nothing: that is CERTAINTY and REMOVE."""
    if rule is LonelyPSU.ADJUST:
        return np.ones(len(lonely)), lonely
    if rule is not LonelyPSU.AVERAGE:
        return np.ones(len(lonely)), np.zeros_like(lonely)
    strata = np.bincount(group)
    shown = np.bincount(group, weights=~lonely)
    share = np.divide(strata, shown, out=np.ones(len(strata)), where=shown > 0)
    # Where no stratum shows any spread there is no average to borrow: centre at zero.
    nothing_shown = (shown == 0)[group]
    factor = np.where(lonely & ~nothing_shown, 0.0, share[group])
    return factor, lonely & nothing_shown
