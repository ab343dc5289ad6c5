"""A year of daily looks: how often a verdict of an open wave is false on any day.

    python -m benchmarks.monitoring                some minutes
    python -m benchmarks.monitoring --years 100    a quick look

Five kinds of years, each with its truth on or across the target of 90 %:

    steady        three cells of unequal weight, their shares as they are
    drift         0.96 falls to 0.85 and stays there
    two draws     a second draw, of other citizens and with fewer answers, doubles the list
    small cells   forty cells, most of which have a few answers
    silent cell   15 % of the frame says nothing until autumn

What is true on a day is what the score estimates on that day: the mean of what was measured so far,
weighted as the score is, over the cells that answered. A year counts as false once MET was shown
while that lay under the target, or NOT_MET while it did not. Beside them the fixed-sample interval,
looked at as often.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import means_by_domain, poststratify_places
from analytics.estimation.confidence_sequence import StratifiedSequence
from analytics.estimation.interim import interim_intervals
from analytics.estimation.official import TARGET, Edition, Outcome, Rule, decide
from analytics.estimation.values import Columns, Estimate, Interval
from analytics.estimation.verdict import judge

DAYS = 365
RULE = Rule(Edition.SECOND)
A_LITTLE = 1e-9
"""A truth this near to the target counts as under it for MET and as on it for NOT_MET."""


@dataclass(frozen=True)
class Year:
    """What happens in the cells of an agency, a column each.

    weight    (cells,) encounters of the frame; for draws, of the draw's list
    arrivals  (days, cells) answers expected
    share     (days, cells) satisfied of them
    """

    weight: np.ndarray
    arrivals: np.ndarray
    share: np.ndarray


def constant(values: list[float] | np.ndarray) -> np.ndarray:
    return np.tile(np.asarray(values, dtype=float), (DAYS, 1))


def steady(truth: float) -> Year:
    weight, share = np.array([0.1, 0.3, 0.6]), np.array([0.75, 0.85, 0.95])
    return Year(weight, constant([1.0, 4.0, 2.0]), constant(share + truth - weight @ share))


def drift(truth: float) -> Year:
    """From 0.96 to 0.85 in eight months, in two cells alike; `truth` plays no part."""
    falling = np.clip(0.96 - 0.11 * np.arange(DAYS) / 240, 0.85, None)
    return Year(np.array([0.4, 0.6]), constant([3.0, 3.0]), np.tile(falling, (2, 1)).T)


def two_draws(truth: float, first: float = 0.03) -> Year:
    """Two lists of one size; the second draw answers half as often, from day 180 on."""
    late = (np.arange(DAYS) >= 180).astype(float)
    arrivals = np.column_stack([4.0 * (1 - late), 2.0 * late])
    return Year(np.array([0.5, 0.5]), arrivals, constant([truth + first, truth - first]))


def two_draws_rising(truth: float) -> Year:
    return two_draws(truth, first=-0.03)


def small_cells(truth: float) -> Year:
    rng = np.random.default_rng(40)
    weight = rng.lognormal(0.0, 1.3, 40)
    weight /= weight.sum()
    share = np.clip(truth + rng.uniform(-0.15, 0.08, 40), 0.5, 0.99)
    share += truth - weight @ share
    rate = 2.5 * weight * rng.uniform(0.4, 1.6, 40)
    return Year(weight, constant(rate), constant(np.minimum(share, 1.0)))


def silent_cell(truth: float) -> Year:
    weight = np.array([0.35, 0.5, 0.15])
    open_from = (np.arange(DAYS) >= 250).astype(float)
    arrivals = np.column_stack([np.full(DAYS, 3.0), np.full(DAYS, 3.0), 2.0 * open_from])
    share = np.array([0.96, 0.93, 0.72])
    return Year(weight, arrivals, constant(share + truth - weight @ share))


KINDS: dict[str, Callable[[float], Year]] = {
    "steady": steady,
    "drift": drift,
    "two draws, falling": two_draws,
    "two draws, rising": two_draws_rising,
    "small cells": small_cells,
    "silent cell": silent_cell,
}


@dataclass(frozen=True)
class Looks:
    """(days, years): the outcomes shown, as the running and the fixed-sample bounds say, and what
    was true."""

    running: np.ndarray
    fixed: np.ndarray
    truth: np.ndarray

    def false(self, outcomes: np.ndarray) -> tuple[float, float]:
        """Shares of years with a false MET, and with a false NOT_MET, on any day."""
        met = (outcomes == Outcome.MET) & (self.truth < TARGET + A_LITTLE)
        not_met = (outcomes == Outcome.NOT_MET) & (self.truth > TARGET - A_LITTLE)
        met, not_met = met.any(axis=0), not_met.any(axis=0)
        return float(met.mean()), float(not_met.mean())


def look_daily(year: Year, years: int, rng: np.random.Generator, *, every: int = 1) -> Looks:
    """A look every day, or every so many days."""
    cells = len(year.weight)
    answers, satisfied = (np.zeros((years, cells), dtype=np.int64) for _ in range(2))
    expected = np.zeros((years, cells))
    running, fixed, truth = [], [], []
    for day in range(DAYS):
        today = rng.poisson(year.arrivals[day], (years, cells))
        answers += today
        satisfied += rng.binomial(today, year.share[day])
        expected += today * year.share[day]
        if day % every:
            continue
        estimates = estimated(answers, satisfied, year.weight)
        share_covered = (answers > 0) @ year.weight / year.weight.sum()
        running.append(
            outcomes(
                interim_intervals(Columns.of(estimates), RULE).separate(), estimates, share_covered
            )
        )
        fixed.append(outcomes(RULE.intervals(estimates), estimates, share_covered))
        truth.append(truth_so_far(answers, expected, year.weight))
    return Looks(np.array(running), np.array(fixed), np.array(truth))


def outcomes(
    intervals: list[Interval], estimates: list[Estimate], covered: np.ndarray
) -> list[Outcome]:
    return [
        judge(interval, estimate, TARGET, coverage=share, rule=RULE).outcome
        if decide(interval, TARGET) is Outcome.MET
        else decide(interval, TARGET)
        for interval, estimate, share in zip(intervals, estimates, covered.tolist(), strict=True)
    ]


def truth_so_far(answers: np.ndarray, expected: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The weighted mean of the shares that those who answered had, over the cells that did."""
    heard = answers > 0
    mean = np.divide(expected, answers, out=np.zeros_like(expected), where=heard)
    total = np.where(heard, weight, 0.0).sum(axis=1)
    return np.divide((mean * weight).sum(axis=1), total, out=np.ones(len(total)), where=total > 0)


def estimated(answers: np.ndarray, satisfied: np.ndarray, weight: np.ndarray) -> list[Estimate]:
    """The score of each year: its cells weighted to the frame, those with one answer sharing the
    variance stratum of the largest that answered."""
    years, cells = answers.shape
    largest = np.where(answers > 1, weight, 0.0).argmax(axis=1)
    own = np.tile(np.arange(cells), (years, 1))
    group = np.where(answers > 1, own, largest[:, None]) + cells * np.arange(years)[:, None]
    counts = np.stack([answers - satisfied, satisfied], axis=2).reshape(-1, 2)
    table = CellCounts.from_histograms(np.zeros(years * cells), -1, counts, values=(0, 1))
    place = np.arange(years * cells)
    framed = poststratify_places(table, place, np.tile(weight, years), group.ravel())
    return means_by_domain(framed, (0, 1), place // cells, domains=years)


def days_to_a_verdict(share: float, years: int, rng: np.random.Generator) -> str:
    """Median days until the right verdict stands, beside the sequence of earlier waves."""
    year = steady(share)
    right = Outcome.MET if share > TARGET else Outcome.NOT_MET
    looks = look_daily(year, years, rng)
    called = looks.running == right
    first = np.where(called.any(axis=0), called.argmax(axis=0), DAYS)
    earlier = [first_day_by_rounds(year, right, rng) for _ in range(min(years, 200))]
    return (
        f"true share {share:.2f}: median day of the verdict {np.median(first):.0f}, by rounds"
        f" {np.median(earlier):.0f}; never in the year {np.mean(first == DAYS):.1%},"
        f" by rounds {np.mean(np.array(earlier) == DAYS):.1%}"
    )


def first_day_by_rounds(year: Year, right: Outcome, rng: np.random.Generator) -> int:
    state = StratifiedSequence.over(year.weight)
    for day in range(DAYS):
        answers = rng.poisson(year.arrivals[day])
        satisfied = rng.binomial(answers, year.share[day])
        state = state.update((0, 1), np.column_stack([answers - satisfied, satisfied]))
        if decide(state.interval, TARGET) is right:
            return day
    return DAYS


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--years", type=int, default=1000, help="years of each kind")
    parser.add_argument("--kind", choices=KINDS, help="this kind alone")
    parser.add_argument("--seed", type=int, default=20260401)
    options = parser.parse_args()
    started, rng = time.perf_counter(), np.random.default_rng(options.seed)
    print(f"seed {options.seed}, {options.years} years of {DAYS} daily looks")
    print(f"{'':22}{'running bounds':>26}{'fixed-sample interval':>26}")
    print(f"{'false on any day':22}" + 2 * f"{'MET':>13}{'NOT_MET':>13}")
    kinds = {options.kind: KINDS[options.kind]} if options.kind else KINDS
    for name, kind in kinds.items():
        looks = look_daily(kind(TARGET), options.years, rng)
        columns = (*looks.false(looks.running), *looks.false(looks.fixed))
        row = "".join(f"{value:13.1%}" for value in columns)
        print(f"{name:22}{row}", flush=True)
    for share in () if options.kind else (0.95, 0.85):
        print(days_to_a_verdict(share, options.years, rng))
    print(f"{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
