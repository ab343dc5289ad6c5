"""The parts of an agency as lists, the lowest first: every service through every channel, and
these by service point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.dashboards.pages import AgencyScores, links_of
from analytics.estimation.ranks import RankSets
from analytics.models import Score
from analytics.scoring import lists
from analytics.scoring.changes import DomainChange
from analytics.wording import charts
from analytics.wording.charts import Axis, PlotRow
from surveys.models import Channel, Service, ServicePoint


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
    """A cell without a figure, and why: "suppressed", "silent", or "whole" where it is not shown
    by service point."""

    service: Service
    channel: Channel
    why: str
    point: ServicePoint | None = None


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
    silent = [
        Silent(service, channel, "suppressed" if cell.score or cell.waiting else "silent")
        for service, channel, cell in found
        if cell.framed and (cell.score is None or cell.score.withheld)
    ]
    return _listed(scores, shown, changes, silent)


def by_point(scores: AgencyScores, changes: Sequence[DomainChange]) -> Cells | None:
    """Every service and channel by service point; None where nobody knows of one. Where a service
    and channel is shown by service point, each that has a link and no answer says so."""
    found = scores.points()
    linked = links_of(scores.agency).filter(service_point__isnull=False)
    places = {(e.service, e.channel, e.service_point): e for e in linked}
    if not found and not places:
        return None
    split = {(score.service, score.channel) for score in found}
    answered = {(score.service, score.channel, score.service_point) for score in found}
    whole = {(s, c) for s, c, _point in places} - split
    silent = [
        *(
            Silent(s.service, s.channel, "suppressed", s.service_point)
            for s in found
            if s.withheld and s.service and s.channel
        ),
        *(
            Silent(service, channel, "silent", point)
            for service, channel, point in places
            if (service, channel) in split and (service, channel, point) not in answered
        ),
        *(Silent(service, channel, "whole") for service, channel in whole),
    ]
    silent.sort(key=lambda each: (each.service.code, each.channel.position, each.channel.code))
    return _listed(scores, [score for score in found if not score.withheld], changes, silent)


def _listed(
    scores: AgencyScores,
    shown: Sequence[Score],
    changes: Sequence[DomainChange],
    silent: list[Silent],
) -> Cells:
    method = scores.wave.declared_method()
    plot = charts.interval_plot(shown, method.target, level=method.level)
    change_of = {each.after.domain: each for each in changes}
    standing = standings(shown)
    rows = [
        CellRow(row, change_of.get(row.score.domain), standing.get(row.score.pk, ""))
        for row in reversed(plot.rows)
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
