"""How surprising a difference of two shares is, by the interval that is shown of it.

A p-value from the two variances says far too much where a share is near 0 or 1, most of all where
everybody in a small sample agrees. Here it is one less the level at which the interval by MOVER
[Zou and Donner 2008] just reaches 0, so that test and interval never contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import stats

from .official import Rule
from .sums import Floats, Ints
from .values import Columns, Estimate

STEPS = np.arange(0.125, 6.01, 0.125)
"""Normal quantiles at which the bounds are computed; between two the bound is taken as straight."""


def p_values(
    later: Sequence[Estimate], earlier: Sequence[Estimate], rules: tuple[Rule, Rule]
) -> Floats:
    """(K,) two-sided, for independent samples, each share judged by its own of the two rules
    (later, earlier); never below 2 Φ̄(6)."""
    pair = Columns.of(later), Columns.of(earlier)
    apart = np.abs(pair[0].value - pair[1].value)

    def distance(step: Ints) -> Floats:
        """Above 0 as long as the interval leaves 0 out, for each pair at its own step."""
        return apart - np.where(step > 0, _still(pair, rules, STEPS[np.maximum(step, 1) - 1]), 0)

    # The interval widens from step to step, so the first that holds 0 is found by halving.
    before, first = np.zeros((2, len(apart)), dtype=np.int64)
    first += len(STEPS) + 1
    while np.any(first - before > 1):
        middle = (before + first) // 2
        inside = distance(middle) <= 0
        before, first = np.where(inside, before, middle), np.where(inside, middle, first)
    return np.minimum(2 * stats.norm.sf(_crossing(apart, distance, first)), 1.0)


def _still(pair: tuple[Columns, Columns], rules: tuple[Rule, Rule], z: Floats) -> Floats:
    """How far each interval reaches from the difference towards 0 at its normal quantile `z`."""
    level = 1 - 2 * stats.norm.sf(z)
    (a_low, a_high), (b_low, b_high) = (
        rule.bounds(shares, level) for shares, rule in zip(pair, rules, strict=True)
    )
    a, b = (shares.value for shares in pair)
    down, up = np.hypot(a - a_low, b_high - b), np.hypot(a_high - a, b - b_low)
    reach: Floats = np.where(a >= b, down, up)
    return reach


def _crossing(apart: Floats, distance: Callable[[Ints], Floats], first: Ints) -> Floats:
    """The quantile at which the distance falls to 0, the largest step where it never does."""
    last = np.minimum(first, len(STEPS))
    above, below = distance(last - 1), distance(last)
    z = np.concatenate([[0.0], STEPS])
    share = above / np.where(above > below, above - below, 1.0)
    found = np.where(first > len(STEPS), STEPS[-1], z[last - 1] + share * (z[last] - z[last - 1]))
    crossing: Floats = np.where(apart == 0, 0.0, found)
    return crossing
