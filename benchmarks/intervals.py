"""Both editions of the official interval side by side, each tail by itself.

    python -m benchmarks.intervals                      about a quarter of an hour
    python -m benchmarks.intervals --draws 300 --waves 5    a quick look

250 scenarios that stand alone: the 125 of `benchmarks.coverage`, and 125 more (shares from 0.60 to
0.99, 10 to 1,000 answers, strongly unequal weights, districts with few answers each, uneven
clusters). Then 16 clustered designs of 200 agencies, whose correlation is pooled. A miss low is a
lower bound above the truth, which makes a false MET; a miss high an upper bound below it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import means_by_domain
from analytics.estimation.effective_size import Clusters
from analytics.estimation.official import Edition, Rule
from analytics.estimation.values import Columns, Estimate
from benchmarks.coverage import DESIGNS, SHARES, SIZES, Draws, simple

ALONE = Clusters(correlation=0.0, agencies=1)
Design = Callable[[np.random.Generator, int, float, int], Draws]


# --- More scenarios ---------------------------------------------------------------------------


def skewed_weights(rng: np.random.Generator, draws: int, p: float, size: int) -> Draws:
    """Lognormal weights with cv² = 1.5, unrelated to the answer."""
    n = round(size * 2.5)
    return simple(rng, draws, n, p, rng.lognormal(0.0, np.sqrt(np.log(2.5)), draws * n))


def districts(rng: np.random.Generator, draws: int, p: float, size: int) -> Draws:
    """Districts of lognormal size with 2 to 4 answers each, whose shares differ."""
    number = max(size // 3, 3)
    population = rng.lognormal(0.0, 0.8, number)
    answers = rng.integers(2, 5, number)
    share = p + (1 - p) * rng.uniform(-0.5, 0.5, number)
    share += p - population @ share / population.sum()
    each = np.repeat(np.arange(number), answers)
    weight = (population / population.sum() / answers)[each]
    n = len(each)
    drawn = simple(rng, draws, n, np.tile(share[each], draws), np.tile(weight, draws))
    drawn.stratum = np.tile(each, draws)
    return drawn


def uneven_clusters(rng: np.random.Generator, draws: int, p: float, size: int) -> Draws:
    """Clusters of 1 to about 40 answers with intracluster correlation 0.1."""
    number, rho = max(size // 4, 6), 0.1
    answers = np.maximum(rng.lognormal(1.6, 0.8, number).astype(int), 1)
    concentration = (1 - rho) / rho
    share = rng.beta(p * concentration, (1 - p) * concentration, (draws, number))
    each = np.repeat(np.arange(number), answers)
    n = len(each)
    drawn = simple(rng, draws, n, share[:, each].ravel(), np.ones(draws * n))
    drawn.psu = np.tile(each, draws)
    return drawn


MORE: dict[str, Design] = {
    "skewed weights": skewed_weights,
    "districts": districts,
    "uneven clusters": uneven_clusters,
}
CLUSTERED = {"clusters", "uneven clusters"}


def scenarios() -> Iterator[tuple[str, Design, float, int]]:
    for name, design in DESIGNS.items():
        yield from ((name, design, p, size) for p in SHARES for size in SIZES)
    for name in ("equal weights", "unequal weights", "informative weights", "strata"):
        for p in (0.60, 0.95, 0.985, 0.99):
            yield from ((name, DESIGNS[name], p, size) for size in (10, 25, 50, 200, 1000))
    for name, design in MORE.items():
        yield from (
            (name, design, p, size)
            for p in (0.85, 0.90, 0.93, 0.96, 0.98)
            for size in (24, 60, 150)
        )


# --- Measuring --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """How the intervals of one rule did: shares of draws, and the mean width."""

    misses_low: float
    misses_high: float
    width: float

    @property
    def covered(self) -> float:
        return 1 - self.misses_low - self.misses_high


def measure(rule: Rule, estimates: list[Estimate], truth: np.ndarray | float) -> Row:
    intervals = rule.intervals(estimates)
    low, high = np.array([i.low for i in intervals]), np.array([i.high for i in intervals])
    return Row(
        float(np.mean(low > truth)), float(np.mean(high < truth)), float(np.mean(high - low))
    )


def summarise(name: str, rows: list[Row], reference: list[Row]) -> None:
    covered = np.array([row.covered for row in rows])
    low, high = max(row.misses_low for row in rows), max(row.misses_high for row in rows)
    width = np.mean([a.width for a in rows]) / np.mean([b.width for b in reference])
    print(
        f"{name:34} {covered.mean():6.1%} {covered.min():6.1%} {np.sum(covered < 0.93):5d}"
        f" {np.sum(covered < 0.94):5d} {low:9.1%} {high:9.1%} {width:7.2f}"
    )


HEAD = (
    f"{'interval':34} {'mean':>6} {'worst':>6} {'<93':>5} {'<94':>5} {'miss low':>9}"
    f" {'miss high':>9} {'width':>7}"
)


def stand_alone(draws: int, rng: np.random.Generator) -> None:
    first: dict[tuple[str, float, int], Row] = {}
    second: dict[tuple[str, float, int], Row] = {}
    for name, design, p, size in scenarios():
        estimates = design(rng, draws, p, size).estimates(draws)
        clusters = ALONE if name in CLUSTERED else None
        first[name, p, size] = measure(Rule(Edition.FIRST), estimates, p)
        second[name, p, size] = measure(Rule(Edition.SECOND, clusters=clusters), estimates, p)
    print(f"\n{len(first)} scenarios, {draws} draws each; tails: the largest of all scenarios")
    print(HEAD)
    for kind, keys in (
        ("all", list(first)),
        ("unclustered", [key for key in first if key[0] not in CLUSTERED]),
        ("clustered", [key for key in first if key[0] in CLUSTERED]),
    ):
        old = [first[key] for key in keys]
        summarise(f"edition 1, {kind}", old, old)
        summarise(f"edition 2, {kind}", [second[key] for key in keys], old)
    print("\nThe scenarios that edition 2 covers least (edition 1 beside)")
    for key in sorted(second, key=lambda key: second[key].covered)[:8]:
        a, b = second[key], first[key]
        print(
            f"{key[0]:20} p {key[1]:.3f} n {key[2]:4d}  {a.covered:6.1%} (low {a.misses_low:.1%},"
            f" high {a.misses_high:.1%})  edition 1 {b.covered:6.1%}"
        )


# --- Clustered designs of many agencies -------------------------------------------------------


AGENCIES = 200


@dataclass(frozen=True)
class Waves:
    """Estimates of 200 agencies in several waves, with what is true of each."""

    estimates: list[Estimate]
    share: np.ndarray
    correlation: np.ndarray


def clustered_waves(rng: np.random.Generator, waves: int, psus: int, size: int) -> Waves:
    """Agencies with shares from 0.86 to 0.985 and correlations from 0.02 to 0.2."""
    p = np.tile(np.linspace(0.86, 0.985, AGENCIES), waves)
    rho = np.tile(rng.uniform(0.02, 0.2, AGENCIES), waves)
    k = (1 - rho) / rho
    share = rng.beta((p * k)[:, None], ((1 - p) * k)[:, None], (len(p), psus))
    satisfied = rng.binomial(size, share).ravel()
    agency = np.repeat(np.arange(len(p)), psus)
    counts = np.column_stack([size - satisfied, satisfied])
    unit = np.tile(np.arange(psus), len(p))
    cells = CellCounts.from_histograms(agency, unit, counts, values=(0, 1))
    return Waves(means_by_domain(cells, (0, 1), agency, domains=len(p)), p, rho)


def of_each_wave(
    rule: Callable[[list[Estimate]], Rule], waves: Waves
) -> tuple[np.ndarray, np.ndarray]:
    """(low, high) of every estimate, each wave judged by the rule made from its agencies."""
    bounds: list[tuple[float, float]] = []
    for start in range(0, len(waves.estimates), AGENCIES):
        wave = waves.estimates[start : start + AGENCIES]
        bounds += [(i.low, i.high) for i in rule(wave).intervals(wave)]
    low, high = np.array(bounds).T
    return low, high


RULES: dict[str, Callable[[list[Estimate]], Rule]] = {
    "edition 1": lambda wave: Rule(Edition.FIRST),
    "edition 2, declared 0.05": lambda wave: Rule(Edition.SECOND, clusters=ALONE),
    "edition 2, pooled": lambda wave: Rule(Edition.SECOND, clusters=Clusters.of(Columns.of(wave))),
}


def many_agencies(waves: int, rng: np.random.Generator) -> None:
    rows: dict[str, list[Row]] = {name: [] for name in RULES}
    strong: dict[str, list[float]] = {name: [] for name in RULES}
    for psus in (8, 12, 20, 30):
        for size in (5, 15, 30, 50):
            drawn = clustered_waves(rng, waves, psus, size)
            for name, rule in RULES.items():
                low, high = of_each_wave(rule, drawn)
                above, below = low > drawn.share, high < drawn.share
                width = float(np.mean(high - low))
                rows[name].append(Row(float(above.mean()), float(below.mean()), width))
                strong[name].append(float(above[drawn.correlation > 0.14].mean()))
    print(f"\n16 designs of 8 to 30 PSUs of 5 to 50, {waves} waves of {AGENCIES} agencies each")
    print(HEAD)
    for name in RULES:
        summarise(name, rows[name], rows["edition 1"])
    print("miss low where the correlation is over 0.14, the largest of the designs:")
    print("".join(f"    {name} {max(strong[name]):.1%}\n" for name in RULES))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--draws", type=int, default=5000, help="surveys per scenario")
    parser.add_argument("--waves", type=int, default=60, help="waves of 200 agencies per design")
    parser.add_argument("--seed", type=int, default=20260301)
    options = parser.parse_args()
    started = time.perf_counter()
    rng = np.random.default_rng(options.seed)
    print(f"seed {options.seed}")
    many_agencies(options.waves, rng)
    stand_alone(options.draws, rng)
    print(f"\n{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
