"""A confidence interval that may be looked at every day.

A fixed-sample interval is right 95 % of the time at one look; looked at daily it is wrong far more
often. A confidence sequence contains the mean at all times at once with probability `level`.

Betting [Waudby-Smith and Ramdas 2024, JRSS B 86, section 4]: for each candidate mean m a gambler
starts with 1 and bets on the answers x in [0, 1]. If m is the mean, the wealth
K(m) = ½ Π(1 + λ(x−m)) + ½ Π(1 − λ(x−m)) is a nonnegative martingale, which exceeds 1/α at any time
with probability at most α [Ville 1939]. The candidates that made nobody rich form the interval.
Bets are set before each batch of answers is seen, so answers may come as counts per day.

The mean must not move during the wave; if it does, the interval is for no one time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from .sums import Floats
from .values import Interval

GRID = 2001
"""Candidates for the mean, from 0 to 1; bounds are rounded outward to the next one."""

LARGEST_BET = 0.5
"""The share of the wealth that one answer can cost at most."""


@dataclass(frozen=True, eq=False)
class BettingSequence:
    """The state of the bets on one cell; `update` returns the next state.

    n, total, squares  answers so far, their sum and the sum of their squares
    up, down           log wealth of those who bet on a mean above and below each candidate
    low, high          the running intersection of the intervals so far
    """

    level: float = 0.95
    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    up: Floats | None = None
    down: Floats | None = None
    low: float = 0.0
    high: float = 1.0

    def update(self, values: ArrayLike, counts: ArrayLike) -> BettingSequence:
        """The state after a batch: how many answers with each value (values within 0 and 1)."""
        x, k = np.asarray(values, dtype=np.float64), np.asarray(counts, dtype=np.float64)
        if np.any((x < 0) | (x > 1)):
            raise ValueError("values must lie between 0 and 1")
        batch = int(k.sum())
        if batch == 0:
            return self
        m = candidates()
        bet = self._bet(batch)
        above, below = (
            np.minimum(bet, LARGEST_BET / edge)[:, None]
            for edge in (np.maximum(m, 1e-12), np.maximum(1 - m, 1e-12))
        )
        deviation = x - m[:, None]
        up = self._wealth(self.up) + np.log1p(above * deviation) @ k
        down = self._wealth(self.down) + np.log1p(-below * deviation) @ k
        after = replace(
            self,
            n=self.n + batch,
            total=self.total + float(k @ x),
            squares=self.squares + float(k @ x**2),
            up=up,
            down=down,
        )
        low, high = _span(after.log_wealth < math.log(1 / (1 - self.level)))
        return replace(after, low=max(self.low, low), high=min(self.high, high))

    @property
    def log_wealth(self) -> Floats:
        """log K(m) of each candidate m."""
        wealth: Floats = np.logaddexp(self._wealth(self.up), self._wealth(self.down)) - math.log(2)
        return wealth

    @property
    def interval(self) -> Interval:
        """Bounds that hold at all times; the last nonempty ones should the bets contradict each
        other, as they do with probability at most 1 − level."""
        low, high = min(self.low, self.high), max(self.low, self.high)
        return Interval(low, high, self.level, "betting confidence sequence")

    @property
    def mean(self) -> float | None:
        return self.total / self.n if self.n else None

    def _bet(self, batch: int) -> float:
        """λ = √(2 log(2/α) / (σ̂² t log(1+t))), with σ̂² of the answers before the batch, started
        at ¼, and t the number of answers after it."""
        n, t = self.n, self.n + batch
        mean = (0.5 + self.total) / (n + 1)
        spread = max(self.squares - 2 * mean * self.total + n * mean**2, 0.0)
        variance = (0.25 + spread) / (n + 1)
        return math.sqrt(2 * math.log(2 / (1 - self.level)) / (variance * t * math.log(1 + t)))

    def _wealth(self, wealth: Floats | None) -> Floats:
        return np.zeros(GRID) if wealth is None else wealth


def candidates() -> Floats:
    """The candidate means."""
    return np.linspace(0.0, 1.0, GRID)


def _span(alive: np.ndarray) -> tuple[float, float]:
    """Ends of the candidates still alive, moved outward by one step of the grid."""
    position = np.flatnonzero(alive)
    if not len(position):
        return 1.0, 0.0
    m = candidates()
    return float(m[max(position[0] - 1, 0)]), float(m[min(position[-1] + 1, GRID - 1)])


@dataclass(frozen=True, eq=False)
class StratifiedSequence:
    """A confidence sequence for Σ W_h μ_h, the mean over cells with fixed frame weights W_h.

    Empirical Bernstein bets [Waudby-Smith and Ramdas 2024, section 3.2], stratified. Answers
    gather until every cell has at least one; the round then closes. In a round each answer of cell
    h is bet on with λ_h = κ W_h / n_h, so that the bets add up to κ (Σ W_h x̄_h − Σ W_h μ_h): the
    cells' own means cancel and only the weighted mean is tested. With x̂_h the mean of the cell
    before the round and ψ(λ) = −log(1−λ) − λ,

        centre = Σ κ Σ_h W_h x̄_h / Σ κ,  radius = (log(2/α) + Σ_i (x_i − x̂_h)² ψ(λ_h)) / Σ κ.

    Rounds close by the number of answers, never by what they say.
    """

    weights: Floats
    level: float
    n: Floats
    total: Floats
    squares: Floats
    waiting: tuple[Floats, ...]
    rounds: int = 0
    bets: float = 0.0
    won: float = 0.0
    cost: float = 0.0
    low: float = 0.0
    high: float = 1.0

    @classmethod
    def over(cls, weights: ArrayLike, level: float = 0.95) -> StratifiedSequence:
        """The state before any answer. Give only cells that can answer: a cell that never does
        keeps every round open."""
        W = np.asarray(weights, dtype=np.float64)
        if W.ndim != 1 or np.any(W <= 0):
            raise ValueError("each cell needs a positive weight")
        none = np.zeros(len(W))
        return cls(W / W.sum(), level, none, none, none, (none, none, none))

    def update(self, values: ArrayLike, counts: ArrayLike) -> StratifiedSequence:
        """The state after a batch: `counts` (cells, values) answers with each value."""
        x, k = np.asarray(values, dtype=np.float64), np.asarray(counts, dtype=np.float64)
        if np.any((x < 0) | (x > 1)):
            raise ValueError("values must lie between 0 and 1")
        if k.shape != (len(self.weights), len(x)):
            raise ValueError("counts need a row per cell and a column per value")
        batch = (k.sum(axis=1), k @ x, k @ x**2)
        gathered = tuple(w + b for w, b in zip(self.waiting, batch, strict=True))
        after = replace(self, waiting=gathered)
        return after._close() if np.all(gathered[0] > 0) else after

    def _close(self) -> StratifiedSequence:
        n, total, squares = self.waiting
        W, rounds = self.weights, self.rounds + 1
        mean = (0.5 + self.total) / (self.n + 1)
        seen = self.squares - 2 * mean * self.total + self.n * mean**2
        variance = float(np.sum(W**2 * (0.25 + seen) / (self.n + 1) / n))
        wish = 2 * math.log(2 / (1 - self.level)) / (variance * rounds * math.log(1 + rounds))
        kappa = min(math.sqrt(wish), LARGEST_BET * float((n / W).min()))
        bet = kappa * W / n
        surprise = squares - 2 * mean * total + n * mean**2
        bets = self.bets + kappa
        won = self.won + kappa * float(W @ (total / n))
        cost = self.cost + float(np.sum(surprise * (-np.log1p(-bet) - bet)))
        centre, radius = won / bets, (math.log(2 / (1 - self.level)) + cost) / bets
        none = np.zeros(len(W))
        return replace(
            self,
            n=self.n + n,
            total=self.total + total,
            squares=self.squares + squares,
            waiting=(none, none, none),
            rounds=rounds,
            bets=bets,
            won=won,
            cost=cost,
            low=max(self.low, centre - radius),
            high=min(self.high, centre + radius),
        )

    @property
    def interval(self) -> Interval:
        """Bounds that hold at all times, from the rounds closed so far."""
        low, high = min(self.low, self.high), max(self.low, self.high)
        return Interval(low, high, self.level, "stratified confidence sequence")

    @property
    def mean(self) -> float | None:
        """Σ W_h x̄_h over all answers of closed rounds."""
        return float(self.weights @ (self.total / self.n)) if self.rounds else None
