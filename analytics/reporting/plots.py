"""Comparisons as a paper prints them: numbered rows, their ranks, and one line through all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.models import Score
from analytics.scoring import lists
from analytics.wording.charts import PLOT_WIDTH, Axis, PlotRow, interval_plot

HALF_A_LINE = 0.4
"""Per cent of the column's width."""


@dataclass(frozen=True)
class Row:
    """One figure; `ranks` that its answers do not rule out, "2–5", empty where none are judged;
    `note`: what its last column says."""

    number: int
    row: PlotRow
    ranks: str
    note: str


@dataclass(frozen=True)
class Plot:
    heading: str
    rows: list[Row]
    axis: Axis
    level: float
    verdicts: bool = True
    ranked: bool = False
    note_heading: str = ""

    @property
    def line(self) -> tuple[float, float]:
        """Where the target's line begins and ends, in per cent of the column: it is drawn behind
        all rows at once, so that nothing breaks it."""
        middle = 100 * self.axis.target_x / PLOT_WIDTH
        return round(middle - HALF_A_LINE, 2), round(middle + HALF_A_LINE, 2)

    @property
    def care(self) -> bool:
        return any(each.row.care for each in self.rows)


def plot(
    scores: Sequence[Score],
    heading: str,
    names: Mapping[int, str],
    *,
    line: float | None = None,
    verdicts: bool = True,
    ranked: bool = False,
    lowest_first: bool = False,
    notes: Mapping[int, str] | None = None,
    note_heading: str = "",
) -> Plot | None:
    """Highest first; None for fewer than two figures. `line`: where it stands, usually at the
    target."""
    shown = [score for score in scores if not score.withheld]
    if len(shown) < 2:
        return None
    method = shown[0].wave.declared_method()
    drawn = interval_plot(
        shown,
        method.target if line is None else line,
        level=method.level,
        verdicts=verdicts,
        names=dict(names),
    )
    ranks = _ranks(shown) if ranked else {}
    noted = notes or {}
    rows = [
        Row(n, row, ranks.get(row.score.pk, ""), noted.get(row.score.pk, ""))
        for n, row in enumerate(drawn.rows, 1)
    ]
    if lowest_first:
        rows.reverse()
    return Plot(heading, rows, drawn.axis, method.level, verdicts, bool(ranks), note_heading)


def _ranks(shown: Sequence[Score]) -> dict[int, str]:
    judged = lists.judged_alike(shown)
    if len(judged) < 2:
        return {}
    sets = lists.ranks(judged)
    bounds = zip(judged, sets.low.tolist(), sets.high.tolist(), strict=True)
    return {s.pk: f"{low}" if low == high else f"{low}–{high}" for s, low, high in bounds}
