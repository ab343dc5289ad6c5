"""How often the forecast's 95 % interval holds the share that comes.

    python -m benchmarks.forecast              1,000 series of 4 to 12 quarters a world, seconds
    python -m benchmarks.forecast --series 10000

The forecast looks one to six quarters ahead. Each world makes its series in another way; the method
knows none of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.estimation.forecast import drift_forecast

World = Callable[[np.random.Generator, int], np.ndarray]


def walk(rng: np.random.Generator, length: int) -> np.ndarray:
    """Each quarter adds growth and chance; what chance added stays."""
    return _start(rng) + np.cumsum(rng.uniform(-0.02, 0.1) + rng.normal(0, 0.05, length))


def line(rng: np.random.Generator, length: int) -> np.ndarray:
    """Steady growth with scatter about it."""
    return _start(rng) + rng.uniform(-0.02, 0.1) * np.arange(length) + rng.normal(0, 0.05, length)


def sticky(rng: np.random.Generator, length: int) -> np.ndarray:
    """Steady growth; what is off the line comes back slowly (autoregression of 0.6)."""
    off = np.zeros(length)
    for k, shock in enumerate(rng.normal(0, 0.05, length)):
        off[k] = 0.6 * off[k - 1] + shock
    return _start(rng) + rng.uniform(-0.02, 0.1) * np.arange(length) + off


def slowing(rng: np.random.Generator, length: int) -> np.ndarray:
    """Growth that loses a tenth every quarter, with chance that stays."""
    growth = rng.uniform(0, 0.1) * 0.9 ** np.arange(length)
    return _start(rng) + np.cumsum(growth + rng.normal(0, 0.05, length))


def _start(rng: np.random.Generator) -> float:
    return rng.uniform(-2.5, 0)


WORLDS: dict[str, World] = {
    "walk": walk,
    "line with scatter": line,
    "line, slow to return": sticky,
    "slowing growth": slowing,
}


@dataclass(frozen=True)
class Held:
    covered: float
    width: float


def held(world: World, series: int, rng: np.random.Generator) -> Held:
    """How often, and how wide on average."""
    hits, widths = 0, 0.0
    for _ in range(series):
        quarters, ahead = int(rng.integers(4, 13)), int(rng.integers(1, 7))
        shares = 1 / (1 + np.exp(-world(rng, quarters + ahead)))
        times = [k / 4 for k in range(quarters)]
        found = drift_forecast(times, list(shares[:quarters]), (quarters + ahead - 1) / 4)
        assert found is not None
        hits += shares[-1] in found.interval
        widths += found.interval.width
    return Held(hits / series, widths / series)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2570)
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.series:,} series a world")
    print(f"{'world':22} {'held':>8} {'width, points':>15}")
    rng = np.random.default_rng(options.seed)
    found = {name: held(world, options.series, rng) for name, world in WORLDS.items()}
    for name, each in found.items():
        print(f"{name:22} {100 * each.covered:7.1f}% {100 * each.width:15.1f}")
    print(f"{'all':22} {100 * np.mean([each.covered for each in found.values()]):7.1f}%")


if __name__ == "__main__":
    main()
