"""Bounds of the running score of an open wave, which may be looked at every day.

They follow the same estimate as the score: the frame's weights, base weights, uncovered cells out.
The mean may move while the wave runs; the bounds are for the mean of what was measured so far, and
there is no running intersection: a day's bounds are that day's.

For answers x in [0, 1] with means μ_i, Π exp(λ x_i)/(1 + μ_i (e^λ − 1)) is a supermartingale for
every λ, and by concavity its denominator is at most (1 + μ̄ (e^λ − 1))^n with μ̄ the running mean. So
with a fixed mixture F of λ the means m with

    ∫ exp(λ S − n log(1 + m (e^λ − 1))) dF(λ) < 1/α

hold μ̄ at all times at once with probability 1 − α [Ville 1939; Howard, Ramdas, McAuliffe and Sekhon
2021; running means as in Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024]. One side bets on
λ > 0, the other on λ < 0. Exact for equal weights; a weighted, stratified share enters by the
effective size m of the official interval, n = m and S = m p̂, which is exact only as answers grow.
So half of the error is kept in reserve, each side at a quarter of α: `benchmarks.monitoring` shows
that false verdicts then stay under half of α a side, also where a silent cell begins to answer.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from .effective_size import effective_sizes
from .official import Rule
from .sums import Floats
from .values import Columns, Intervals

TUNED_TO = 50.0
"""Effective answers over which the mixture is centred. About a tenth of those at which the bounds
are to be narrowest."""

REFERENCE_VARIANCE = 0.09
"""Of one answer at a share of 0.9, where targets lie."""

NODES = 24
HALVINGS = 32


def interim_intervals(shares: Columns, rule: Rule) -> Intervals:
    """The bounds of each running share, by the effective size of the official rule (of its second
    edition in every case: the first knew no bounds that follow the score)."""
    size = effective_sizes(shares, rule.clusters, rule.level)
    low, high = running_bounds(shares.value, size, rule.level)
    return Intervals(low, high, rule.level, "running confidence sequence", size)


def running_bounds(share: Floats, size: Floats, level: float) -> tuple[Floats, Floats]:
    """(low, high) of each share at an effective size; 0 and 1 where nothing is known."""
    p = np.where(np.isnan(share), 0.5, share)
    tail = (1 - level) / 4
    return _low(p, size, tail), 1 - _low(1 - p, size, tail)


def _low(p: Floats, size: Floats, tail: float) -> Floats:
    """The smallest mean that a bet on larger ones has not made rich, by bisection."""
    quantiles = (np.arange(NODES) + 0.5) / NODES
    odds = special.ndtri((1 + quantiles) / 2) / np.sqrt(TUNED_TO * REFERENCE_VARIANCE)
    below, above = np.zeros_like(p), p.copy()
    for _ in range(HALVINGS):
        middle = (below + above) / 2
        rich = _log_wealth(middle, p, size, odds) >= -np.log(tail)
        below, above = np.where(rich, middle, below), np.where(rich, above, middle)
    return below


def _log_wealth(m: Floats, p: Floats, size: Floats, odds: Floats) -> Floats:
    """log of the mixture over λ of exp(S λ − n log(1 + m (e^λ − 1)))."""
    gain = p[:, None] * odds - np.log1p(m[:, None] * np.expm1(odds))
    gains = size[:, None] * gain
    most = gains.max(axis=1)
    wealth: Floats = most + np.log(np.exp(gains - most[:, None]).mean(axis=1))
    return wealth
