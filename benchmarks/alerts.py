"""How often the control chart gives a false alarm, and how soon it notices a drop.

    python -m benchmarks.alerts                1,000 simulated agencies a design, under a minute
    python -m benchmarks.alerts --agencies 5000

An agency has half a year of weeks as its baseline, then a year in which nothing changes, or its
satisfaction drops by 3 points from the first day. Weeks differ by more than chance where `between`
is above 0: the true share of a week then has that standard deviation.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np

from analytics.estimation.control_chart import FALSE_ALARMS_A_YEAR, FEWEST_WEEKS, control_chart

SEED = 20261128
YEAR = 52
DROP = 0.03


@dataclass(frozen=True)
class Design:
    share: float
    answers: int
    between: float = 0.0


DESIGNS = [
    Design(share, answers, between)
    for share in (0.85, 0.93, 0.97)
    for answers in (20, 50, 200)
    for between in (0.0, 0.02)
]


@dataclass(frozen=True)
class Found:
    """False alarms an agency and year; of those whose share dropped, the part that was noticed
    within the year, and after how many days at the median."""

    false: float
    noticed: float
    days: float


def simulated(rng: np.random.Generator, design: Design, shares: np.ndarray) -> np.ndarray:
    true = np.clip(shares + rng.normal(0, design.between, len(shares)), 0, 1)
    return rng.binomial(design.answers, true) / design.answers


def run(design: Design, agencies: int, seed: int = SEED) -> Found:
    rng = np.random.default_rng([seed, *map(int, (1000 * design.share, design.answers))])
    sizes = np.full(FEWEST_WEEKS + YEAR, design.answers)
    still = np.full(FEWEST_WEEKS + YEAR, design.share)
    dropped = still - DROP * (np.arange(len(still)) >= FEWEST_WEEKS)
    false, days = 0, []
    for _agency in range(agencies):
        chart = control_chart(simulated(rng, design, still), sizes, FEWEST_WEEKS)
        false += len(chart.alarms) if chart else 0
        chart = control_chart(simulated(rng, design, dropped), sizes, FEWEST_WEEKS)
        first = next((a.week for a in chart.alarms if a.fell), None) if chart else None
        if first is not None:
            days.append(7 * (first + 1))
    noticed = len(days) / agencies
    return Found(false / agencies, noticed, float(np.median(days)) if days else float("nan"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=1000)
    options = parser.parse_args()
    print(
        f"{options.agencies} agencies a design, seed {SEED}; stated: {FALSE_ALARMS_A_YEAR} a year"
    )
    print("share  answers a week  between   false a year   3 points noticed   days, median")
    for design in DESIGNS:
        found = run(design, options.agencies)
        print(
            f"{design.share:5.2f}  {design.answers:14}  {design.between:7.2f}"
            f"   {found.false:12.3f}   {found.noticed:16.0%}   {found.days:12.0f}"
        )


if __name__ == "__main__":
    main()
