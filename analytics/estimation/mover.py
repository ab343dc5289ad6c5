"""How surprising a difference of two shares is, by the interval that is shown of it.

A p-value from the two variances says far too much where a share is near 0 or 1, most of all where
everybody in a small sample agrees. Here it is one less the level at which the interval by MOVER
[Zou and Donner 2008] just reaches 0, so that test and interval never contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import stats

from .effective_size import Columns
from .official import Rule
from .sums import Floats, Mask
from .values import Estimate

STEPS = np.arange(0.125, 6.01, 0.125)
"""Normal quantiles at which the bounds are computed; between two the bound is taken as straight."""


Shares = tuple[Sequence[Estimate], Columns]
"""The same twice: as they are, and side by side."""


def p_values(
    later: Sequence[Estimate], earlier: Sequence[Estimate], rules: tuple[Rule, Rule]
) -> Floats:
    """(K,) two-sided, for independent samples, each share judged by its own of the two rules
    (later, earlier); never below 2 Φ̄(6)."""
    pair = (later, Columns.of(later)), (earlier, Columns.of(earlier))
    a, b = (columns.value for _shares, columns in pair)
    rose = a >= b
    still = np.array([_still(pair, rules, rose, float(z)) for z in STEPS])
    distance = np.abs(a - b) - still  # above 0 as long as the interval leaves 0 out
    distance = np.vstack([np.abs(a - b), distance])
    z = np.array([_crossing(column) for column in distance.T])
    return np.minimum(2 * stats.norm.sf(z), 1.0)


def _still(pair: tuple[Shares, Shares], rules: tuple[Rule, Rule], rose: Mask, z: float) -> Floats:
    """How far the interval reaches from the difference towards 0 at normal quantile `z`."""
    level = 1 - 2 * float(stats.norm.sf(z))
    (a_low, a_high), (b_low, b_high) = (
        replace(rule, level=level).bounds(*shares) for shares, rule in zip(pair, rules, strict=True)
    )
    a, b = (columns.value for _shares, columns in pair)
    down, up = np.hypot(a - a_low, b_high - b), np.hypot(a_high - a, b - b_low)
    reach: Floats = np.where(rose, down, up)
    return reach


def _crossing(distance: Floats) -> float:
    """The quantile at which the distance falls to 0, the largest step where it never does."""
    inside = np.flatnonzero(distance <= 0)
    if not len(inside):
        return float(STEPS[-1])
    k = int(inside[0])
    if k == 0:
        return 0.0
    z = np.concatenate([[0.0], STEPS])
    share = distance[k - 1] / (distance[k - 1] - distance[k])
    return float(z[k - 1] + share * (z[k] - z[k - 1]))
