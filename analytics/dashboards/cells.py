"""The parts of an agency as one list: every service through every channel, the lowest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.dashboards.pages import AgencyScores
from analytics.estimation.ranks import RankSets
from analytics.models import Score
from analytics.scoring import lists
from analytics.scoring.changes import DomainChange
from analytics.wording import charts
from analytics.wording.charts import Axis, PlotRow
from surveys.models import Channel, Service


@dataclass(frozen=True)
class CellRow:
    """One cell with a figure. `standing`: BEST or WORST where chance alone may part it from
    these, BETWEEN where neither, empty where it is not judged."""

    row: PlotRow
    change: DomainChange | None
    standing: str

    @property
    def score(self) -> Score:
        return self.row.score


@dataclass(frozen=True)
class Silent:
    """A cell without a figure, and why."""

    service: Service
    channel: Channel
    why: str


@dataclass(frozen=True)
class Cells:
    rows: list[CellRow]
    silent: list[Silent]
    axis: Axis
    target: float

    @property
    def columns(self) -> int:
        """Those beside the name; two of them are not always there."""
        return 4 + self.compared + self.judged

    @property
    def judged(self) -> bool:
        return any(row.standing for row in self.rows)

    @property
    def compared(self) -> bool:
        return any(row.change for row in self.rows)


def cells(scores: AgencyScores, changes: Sequence[DomainChange]) -> Cells:
    crossing = scores.crossing()
    found = [
        (service, channel, cell)
        for service, row in crossing.rows
        for channel, cell in zip(crossing.channels, row, strict=True)
    ]
    shown = [c.score for _s, _c, c in found if c.score and not c.score.withheld]
    method = scores.wave.declared_method()
    plot = charts.interval_plot(shown, method.target, level=method.level)
    change_of = {each.after.domain: each for each in changes}
    standing = standings(shown)
    rows = [
        CellRow(row, change_of.get(row.score.domain), standing.get(row.score.pk, ""))
        for row in reversed(plot.rows)
    ]
    silent = [
        Silent(service, channel, "suppressed" if cell.score or cell.waiting else "silent")
        for service, channel, cell in found
        if cell.framed and (cell.score is None or cell.score.withheld)
    ]
    return Cells(rows, silent, plot.axis, method.target)


def standings(shown: Sequence[Score]) -> dict[int, str]:
    """Of each score, by its id, whether it can be told from the best and the worst of the list."""
    judged = lists.judged_alike(shown)
    if len(judged) < 2:
        return {}
    sets = lists.ranks(judged)
    return {score.pk: _standing(sets, k) for k, score in enumerate(judged)}


def _standing(sets: RankSets, k: int) -> str:
    best, worst = k in sets.best, k in sets.worst
    if best and worst:
        return "EITHER"
    return "BEST" if best else "WORST" if worst else "BETWEEN"
