"""How often the intervals are right, how wide they are, and how often verdicts are false.

    python -m benchmarks.coverage                 some minutes
    python -m benchmarks.coverage --draws 300     a quick look

Simulated surveys with a known share p: equal weights, unequal weights, weights that go with the
answer, strata, clusters; p in 0.80 … 0.97, effective size 15 … 400. Each draw is estimated by
`analytics.estimation` itself, all draws of a scenario at once as domains. The seed is printed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from analytics.estimation.cell_counts import EVERY_RESPONSE, CellCounts
from analytics.estimation.cells import means_by_domain
from analytics.estimation.confidence_sequence import BettingSequence, StratifiedSequence
from analytics.estimation.intervals import (
    arcsine_interval,
    capped_korn_graubard_interval,
    df_adjusted_size,
    jeffreys_interval,
    korn_graubard_interval,
    logit_interval,
    wald_weighted_interval,
    wilson_effective_interval,
    wilson_interval,
)
from analytics.estimation.official import EDITION_1, TARGET, Outcome, decide
from analytics.estimation.values import Estimate, Interval

SHARES = (0.80, 0.88, 0.90, 0.92, 0.97)
SIZES = (15, 30, 60, 120, 400)


def wilson_uncapped(estimate: Estimate) -> Interval:
    """Wilson with n_eff, df-adjusted; with n where the variance is zero."""
    size = df_adjusted_size(estimate) or float(estimate.n)
    return wilson_interval(size * (estimate.value or 0.0), size)


def jeffreys_capped(estimate: Estimate) -> Interval:
    """Jeffreys at the capped size: nearly the mid-P form of the official interval."""
    size = capped_korn_graubard_interval(estimate).size or 0.0
    return jeffreys_interval(size * (estimate.value or 0.0), size)


INTERVALS: dict[str, Callable[[Estimate], Interval]] = {
    "Wald, t": wald_weighted_interval,
    "logit, t": logit_interval,
    "arcsine, t": arcsine_interval,
    "Wilson on n_eff": wilson_uncapped,
    "Korn-Graubard as in R": korn_graubard_interval,
    "Wilson, capped": wilson_effective_interval,
    "Jeffreys, capped": jeffreys_capped,
    "Korn-Graubard, capped": capped_korn_graubard_interval,
}
OFFICIAL = "Korn-Graubard, capped"


# --- Simulated surveys ------------------------------------------------------------------------


@dataclass
class Draws:
    """Responses of many draws in one table: draw, stratum, PSU, weight, satisfied."""

    draw: np.ndarray
    stratum: np.ndarray
    psu: np.ndarray
    weight: np.ndarray
    satisfied: np.ndarray

    def estimates(self, draws: int) -> list[Estimate]:
        counts = np.column_stack([1 - self.satisfied, self.satisfied])
        strata = int(self.stratum.max()) + 1
        cells = CellCounts.from_histograms(
            self.draw * strata + self.stratum, self.psu, counts, self.weight, values=(0, 1)
        )
        return means_by_domain(cells, (0, 1), self.draw, domains=draws)


def simple(
    rng: np.random.Generator, draws: int, n: int, p: np.ndarray | float, w: np.ndarray
) -> Draws:
    draw = np.repeat(np.arange(draws), n)
    satisfied = (rng.random(draws * n) < p).astype(np.int64)
    none = np.zeros_like(draw)
    return Draws(draw, none, np.full_like(draw, EVERY_RESPONSE), w, satisfied)


def equal_weights(rng: np.random.Generator, draws: int, p: float, size: int) -> Draws:
    return simple(rng, draws, size, p, np.ones(draws * size))


def unequal_weights(rng: np.random.Generator, draws: int, p: float, size: int) -> Draws:
    """Weights from a gamma with cv² = 0.6, unrelated to the answer."""
    n = round(size * 1.6)
    return simple(rng, draws, n, p, rng.gamma(1 / 0.6, 0.6, draws * n))


def informative_weights(rng: np.random.Generator, draws: int, p: float, size: int) -> Draws:
    """A third of the sample has weight 4 and is less satisfied; weighted, the share is p."""
    n = round(size * 1.5)
    heavy = rng.random(draws * n) < 1 / 3
    gap = min(0.05, 0.9 * (1 - p))
    share = np.where(heavy, p - gap / 2, p + gap)  # heavy answers carry two thirds of Σw
    return simple(rng, draws, n, share, np.where(heavy, 4.0, 1.0))


def strata(rng: np.random.Generator, draws: int, p: float, size: int) -> Draws:
    """Four strata sampled out of proportion, W = (0.1, 0.2, 0.3, 0.4), with different shares."""
    share_of_frame = np.array([0.1, 0.2, 0.3, 0.4])
    per = max(round(size * 1.2 / 4), 2)
    gap = min(0.08, (1 - p) * 0.9)
    share = p + gap * (np.array([1, -1, 1, -1]) - share_of_frame @ [1, -1, 1, -1])
    share = np.minimum(share, 1.0)
    share += p - share_of_frame @ share
    n = 4 * per
    drawn = simple(
        rng,
        draws,
        n,
        np.tile(np.repeat(share, per), draws),
        np.tile(np.repeat(share_of_frame / per, per), draws),
    )
    drawn.stratum = np.tile(np.repeat(np.arange(4), per), draws)
    return drawn


def clusters(rng: np.random.Generator, draws: int, p: float, size: int) -> Draws:
    """Clusters of 5 with intracluster correlation 0.1 (deff 1.4), equal weights."""
    k, m, rho = max(round(size * 1.4 / 5), 2), 5, 0.1
    concentration = (1 - rho) / rho
    share = np.repeat(rng.beta(p * concentration, (1 - p) * concentration, draws * k), m)
    drawn = simple(rng, draws, k * m, share, np.ones(draws * k * m))
    drawn.psu = np.tile(np.repeat(np.arange(k), m), draws)
    return drawn


DESIGNS = {
    "equal weights": equal_weights,
    "unequal weights": unequal_weights,
    "informative weights": informative_weights,
    "strata": strata,
    "clusters": clusters,
}


# --- Coverage ---------------------------------------------------------------------------------


@dataclass
class Scenario:
    design: str
    p: float
    size: int
    covered: dict[str, float] = field(default_factory=dict)
    width: dict[str, float] = field(default_factory=dict)
    met: float = 0.0
    not_met: float = 0.0
    naive_met: float = 0.0


def run_scenario(
    design: str, p: float, size: int, draws: int, rng: np.random.Generator
) -> Scenario:
    estimates = DESIGNS[design](rng, draws, p, size).estimates(draws)
    scenario = Scenario(design, p, size)
    for name, make in INTERVALS.items():
        bounds = [make(e) for e in estimates]
        low, high = np.array([b.low for b in bounds]), np.array([b.high for b in bounds])
        scenario.covered[name] = float(np.mean((low <= p) & (p <= high)))
        scenario.width[name] = float(np.mean(high - low))
        if name == OFFICIAL:
            outcomes = [decide(b, TARGET) for b in bounds]
            scenario.met = float(np.mean([o is Outcome.MET for o in outcomes]))
            scenario.not_met = float(np.mean([o is Outcome.NOT_MET for o in outcomes]))
    scenario.naive_met = float(np.mean([(e.value or 0.0) >= TARGET for e in estimates]))
    return scenario


def print_summary(scenarios: list[Scenario]) -> None:
    print("\nCoverage of 95 % intervals over all scenarios")
    print(f"{'interval':24} {'mean':>6} {'worst':>6} {'under 93 %':>11} {'mean width':>11}")
    for name in INTERVALS:
        covered = np.array([s.covered[name] for s in scenarios])
        width = np.mean([s.width[name] for s in scenarios])
        print(
            f"{name:24} {covered.mean():6.1%} {covered.min():6.1%} "
            f"{np.mean(covered < 0.93):11.0%} {width:11.3f}"
        )


def print_by_size(scenarios: list[Scenario]) -> None:
    print("\nCoverage and width by p and effective size, over designs")
    head = "".join(f"{name[:21]:>23}" for name in INTERVALS)
    print(f"{'p':>5} {'n_eff':>5}{head}")
    for p in SHARES:
        for size in SIZES:
            here = [s for s in scenarios if (s.p, s.size) == (p, size)]
            cells = [
                (np.mean([s.covered[n] for s in here]), np.mean([s.width[n] for s in here]))
                for n in INTERVALS
            ]
            row = "".join(f"{covered:15.1%} {width:7.3f}" for covered, width in cells)
            print(f"{p:5.2f} {size:5d}{row}")


def print_by_design(scenarios: list[Scenario]) -> None:
    print("\nWorst coverage by design")
    print(f"{'interval':24}" + "".join(f"{d:>21}" for d in DESIGNS))
    for name in INTERVALS:
        worst = [min(s.covered[name] for s in scenarios if s.design == d) for d in DESIGNS]
        print(f"{name:24}" + "".join(f"{w:21.1%}" for w in worst))


def print_verdicts(scenarios: list[Scenario]) -> None:
    print(
        f"\nVerdicts against {TARGET:.0%}: the official rule beside 'the estimate is 90 % or more'"
    )
    print(
        f"{'p':>5} {'n_eff':>5} {'MET':>8} {'NOT_MET':>8} {'naive met':>10} {'naive not met':>14}"
    )
    for p in SHARES:
        for size in SIZES:
            here = [s for s in scenarios if (s.p, s.size) == (p, size)]
            met, not_met, naive = (
                np.mean([getattr(s, k) for s in here]) for k in ("met", "not_met", "naive_met")
            )
            false = "met" if p < TARGET else "not met" if p > TARGET else "either"
            print(
                f"{p:5.2f} {size:5d} {met:8.1%} {not_met:8.1%} {naive:10.1%} {1 - naive:14.1%}"
                f"  false: {false}"
            )


# --- Looking every day ------------------------------------------------------------------------


def daily_looks(p: float, runs: int, days: int, per_day: float, rng: np.random.Generator) -> None:
    """Verdicts of a year of daily looks, at a share on the target: any verdict is luck."""
    sequence = looked = 0
    for _ in range(runs):
        answers = rng.poisson(per_day, days)
        yes = rng.binomial(answers, p)
        so_far = zip(np.cumsum(yes).tolist(), np.cumsum(answers).tolist(), strict=True)
        looked += any(
            n and decide(EDITION_1.interval_at(x / n, n), TARGET) is not Outcome.INCONCLUSIVE
            for x, n in so_far
        )
        state = BettingSequence()
        for total, satisfied in zip(answers, yes, strict=True):
            state = state.update((0, 1), (total - satisfied, satisfied))
        sequence += decide(state.interval, TARGET) is not Outcome.INCONCLUSIVE
    print(
        f"p = {p:.2f}, {days} days of {per_day:g} answers, {runs} runs: a verdict at some look "
        f"by the confidence sequence {sequence / runs:.1%}, by the fixed-sample interval "
        f"{looked / runs:.1%}"
    )


def daily_looks_at_cells(runs: int, days: int, rng: np.random.Generator) -> None:
    """The same for three cells of unequal weight whose weighted share lies on the target."""
    weight, share = np.array([0.1, 0.3, 0.6]), np.array([0.75, 0.85, 0.95])
    share = share + TARGET - weight @ share
    per_day, called, width = np.array([1.0, 4.0, 2.0]), 0, 0.0
    for _ in range(runs):
        state = StratifiedSequence.over(weight)
        for _ in range(days):
            answers = rng.poisson(per_day)
            yes = rng.binomial(answers, share)
            state = state.update((0, 1), np.column_stack([answers - yes, yes]))
        called += decide(state.interval, TARGET) is not Outcome.INCONCLUSIVE
        width += state.interval.width / runs
    print(
        f"three cells, {days} days, {runs} runs: a verdict at some look by the stratified sequence "
        f"{called / runs:.1%}, mean width at the end {width:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--draws", type=int, default=2000, help="surveys per scenario")
    parser.add_argument("--runs", type=int, default=400, help="years of daily looks")
    parser.add_argument("--seed", type=int, default=20260101)
    options = parser.parse_args()
    started = time.perf_counter()
    rng = np.random.default_rng(options.seed)
    total = len(DESIGNS) * len(SHARES) * len(SIZES)
    print(f"seed {options.seed}, {total} scenarios of {options.draws} draws")
    scenarios = [
        run_scenario(design, p, size, options.draws, rng)
        for design in DESIGNS
        for p in SHARES
        for size in SIZES
    ]
    print_summary(scenarios)
    print_by_design(scenarios)
    print_by_size(scenarios)
    print_verdicts(scenarios)
    print("\nLooking every day for a year")
    for per_day in (2, 10):
        daily_looks(TARGET, options.runs, 365, per_day, rng)
    daily_looks_at_cells(options.runs, 365, rng)
    print(f"\n{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
