"""The whole way of a drawn wave, from citizens to verdict, where the truth is known.

    python -m benchmarks.verdicts --draws 200      a quick look, under a minute
    python -m benchmarks.verdicts                  1,000 waves of each kind, four minutes

An agency with two services on three channels, whose citizens differ in satisfaction by channel.
Two draws of the platform, the later one answered less; channels answer differently, and satisfied
citizens answer 0.67 to 2 times as readily as others. In a part of the runs someone spends
invitations that were not answered on fives ("stuffed", as a share of all answers). Weights,
interval, verdict and strength are made by the functions that make published figures.

coverage     waves whose interval holds the true share of all encounters
MET          called at the target of 90 %; "robust": also if those who did not answer have half the
             odds of satisfaction (Γ = 2)
NOT_MET      likewise
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.estimation.by_draw import adjust_by_draw
from analytics.estimation.cell_counts import EVERY_RESPONSE, CellCounts
from analytics.estimation.cells import means_by_domain, poststratify_places
from analytics.estimation.collapse import NOT_COVERED, FrameCell, collapse
from analytics.estimation.official import TARGET, Edition, Outcome, Rule
from analytics.estimation.strength import Response, Strength, band, strength
from analytics.estimation.values import Estimate
from analytics.estimation.verdict import judge

TRUTHS = (0.86, 0.88, 0.895, 0.90, 0.91, 0.95, 0.97)
ANSWERS = (313, 1390)
RATIOS = (0.67, 1.0, 1.25, 1.5, 2.0)
STUFFED = (0.0, 0.02, 0.05)
RULE = Rule(Edition.SECOND)

ENCOUNTERS = np.array([[9000, 6000, 3000], [6000, 4500, 1500]])
"""Of two services at the counter, on the web and by telephone."""
SHIFT = np.array([0.02, -0.02, -0.01])
"""How satisfaction differs by channel, at a true share of 0.90; less nearer to 1."""
RATE = np.array([0.42, 0.28, 0.35])
"""How many of those drawn answer, by channel."""
LISTED, LATE = (0.6, 0.4), 0.8
"""The part of the encounters on each draw's list, and how the rate of the later draw falls."""


@dataclass(frozen=True)
class Setting:
    truth: float
    answers: int
    ratio: float
    stuffed: float = 0.0


@dataclass(frozen=True)
class Fieldwork:
    """What came of many waves: (waves, draws, cells); encounters are (draws, cells)."""

    encounters: np.ndarray
    drawn: np.ndarray
    satisfied: np.ndarray
    answered: np.ndarray
    truth: float


@dataclass(frozen=True)
class Called:
    """Of many waves of one setting."""

    setting: Setting
    covered: np.ndarray
    outcome: np.ndarray
    robust: np.ndarray
    answers: float

    def share(self, outcome: Outcome, *, robust: bool = False) -> float:
        called = self.outcome == outcome
        return float((called & self.robust if robust else called).mean())


def shares(truth: float) -> np.ndarray:
    """Of each cell; their mean over the encounters is the truth."""
    by_channel = np.tile(SHIFT * (1 - truth) / 0.1, (2, 1)).ravel()
    weight = ENCOUNTERS.ravel() / ENCOUNTERS.sum()
    return np.asarray(truth + by_channel - weight @ by_channel)


def fieldwork(setting: Setting, waves: int, rng: np.random.Generator) -> Fieldwork:
    listed = np.outer(LISTED, ENCOUNTERS.ravel()).round().astype(np.int64)
    p = shares(setting.truth)
    happy = np.round(listed * p).astype(np.int64)
    rate = np.outer((1.0, LATE), np.tile(RATE, 2))
    honest = setting.answers * (1 - setting.stuffed)
    m = np.maximum(np.round(listed * honest / (listed * rate).sum()), 2).astype(np.int64)
    readily = rate / (p + (1 - p) / setting.ratio)
    shape = (waves, *listed.shape)
    drawn_happy = rng.hypergeometric(happy, listed - happy, m, shape)
    satisfied = rng.binomial(drawn_happy, np.minimum(readily, 1.0))
    others = rng.binomial(m - drawn_happy, np.minimum(readily / setting.ratio, 1.0))
    silent = m - satisfied - others
    spent = setting.stuffed / (1 - setting.stuffed) * honest / (m * (1 - rate)).sum()
    fives = rng.binomial(silent, spent)
    answered = satisfied + others + fives
    return Fieldwork(listed, m, satisfied + fives, answered, float(happy.sum() / listed.sum()))


def estimated(found: Fieldwork) -> tuple[list[Estimate], np.ndarray]:
    """The share of each wave as the product weights it, and the coverage."""
    waves, draws, cells = found.answered.shape
    frame, places = found.encounters.sum(axis=0), waves * cells
    counts = np.stack([found.answered - found.satisfied, found.satisfied], axis=3).reshape(-1, 2)
    wave, draw, cell = (axis.ravel() for axis in np.indices(found.answered.shape))
    place = wave * cells + cell
    weight = (found.encounters / found.drawn)[draw, cell]
    table = CellCounts.from_histograms(place, EVERY_RESPONSE, counts, weight, values=(0, 1))
    listed = {
        (number, at): float(found.encounters[number, at % cells])
        for number in range(draws)
        for at in range(places)
    }
    table = adjust_by_draw(table, draw, place, listed).cells
    answered = found.answered.sum(axis=1)
    group = collapse(
        [
            FrameCell(number, (number, at // 3), at, at % 3, float(frame[at]), int(answers))
            for number, row in enumerate(answered)
            for at, answers in enumerate(row)
        ],
        edition=Edition.SECOND,
    ).group
    framed = poststratify_places(table, place, np.tile(frame, waves), group)
    heard = (group != NOT_COVERED).reshape(waves, cells)
    shares = means_by_domain(framed, (0, 1), place // cells, domains=waves)
    return shares, heard @ frame / frame.sum()


def response_rates(found: Fieldwork) -> np.ndarray:
    waves, _draws, cells = found.answered.shape
    drawn = np.tile(found.drawn.sum(axis=0), waves)
    rates, _indicators = Response.of_domains(
        np.repeat(np.arange(waves), cells),
        waves,
        np.tile(found.encounters.sum(axis=0), waves),
        found.answered.sum(axis=1).ravel(),
        drawn,
    )
    return rates


def call(setting: Setting, waves: int, rng: np.random.Generator) -> Called:
    found = fieldwork(setting, waves, rng)
    estimates, coverage = estimated(found)
    intervals = RULE.intervals(estimates)
    verdicts = [
        judge(interval, estimate, coverage=covered, rule=RULE).outcome
        for interval, estimate, covered in zip(intervals, estimates, coverage.tolist(), strict=True)
    ]
    robust = [
        strength(outcome, band(interval, rate), TARGET) is Strength.ROBUST
        for outcome, interval, rate in zip(verdicts, intervals, response_rates(found), strict=True)
    ]
    covered = [interval.low <= found.truth <= interval.high for interval in intervals]
    answers = float(found.answered.sum(axis=(1, 2)).mean())
    return Called(setting, np.array(covered), np.array(verdicts), np.array(robust), answers)


def settings(truths: tuple[float, ...] = TRUTHS) -> Iterator[Setting]:
    for stuffed in STUFFED:
        for answers in ANSWERS:
            for ratio in RATIOS:
                for truth in truths:
                    yield Setting(truth, answers, ratio, stuffed)


def goals(calls: list[Called]) -> list[str]:
    """What was aimed at, and the worst that was found. A truth on the target counts as under it."""
    false = [c for c in calls if c.setting.truth <= TARGET and c.setting.ratio <= 1.5]
    best = [c for c in calls if c.setting.truth == 0.97]
    lines = []
    for stuffed in STUFFED:
        of = [c for c in false if c.setting.stuffed == stuffed]
        worst = max(of, key=lambda c: c.share(Outcome.MET, robust=True))
        value = worst.share(Outcome.MET, robust=True)
        lines.append(
            f"{stuffed:.0%} stuffed: a false MET, robust at ratios up to 1.5 in at most {value:.1%}"
            f" ({worst.setting.truth:.1%} true, {worst.setting.answers} answers, ratio"
            f" {worst.setting.ratio:g}); goal 2.5 %"
        )
    for answers in ANSWERS:
        of = [c for c in best if c.setting.answers == answers and not c.setting.stuffed]
        met = min(of, key=lambda c: c.share(Outcome.MET))
        robust = min(of, key=lambda c: c.share(Outcome.MET, robust=True))
        lines.append(
            f"{answers} answers: a true 97 % is MET in at least {met.share(Outcome.MET):.1%} (ratio"
            f" {met.setting.ratio:g}), MET, robust in {robust.share(Outcome.MET, robust=True):.1%}"
            f" (ratio {robust.setting.ratio:g}); goal 95 %"
        )
    return lines


def line(called: Called) -> str:
    setting = called.setting
    return (
        f"{setting.stuffed:7.0%} {setting.answers:7} {setting.ratio:5.2f} {setting.truth:6.1%}"
        f" {called.covered.mean():9.1%} {called.share(Outcome.MET):7.1%}"
        f" {called.share(Outcome.MET, robust=True):11.1%} {called.share(Outcome.NOT_MET):8.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--draws", type=int, default=1000, help="waves of each kind")
    parser.add_argument("--seed", type=int, default=20261101)
    options = parser.parse_args()
    started, rng = time.perf_counter(), np.random.default_rng(options.seed)
    print(f"seed {options.seed}, {options.draws} waves of each kind")
    print("stuffed answers ratio  truth  coverage     MET MET, robust  NOT_MET")
    calls = []
    for setting in settings():
        calls.append(call(setting, options.draws, rng))
        print(line(calls[-1]), flush=True)
    print("\n".join(goals(calls)))
    print(f"{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
