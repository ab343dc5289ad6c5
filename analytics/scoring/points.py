"""Figures of single offices: of each service and channel by service point, once a wave is over.

While a wave runs its cells move in steps of ten; parts of them would move by less. An office is
weighted as its service and channel is, and what the figure rests on (coverage, rates, evidence) is
what is known of these: nobody counts encounters by office. So its outcome is never official.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.counting.points import NO_POINT, counted_by_point
from analytics.domain import Domain, Level
from analytics.domains.partitions import Partition
from analytics.domains.points import hidden_points
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.cells import columns_by_domain
from analytics.estimation.official import Edition
from analytics.estimation.sums import Ints, sums_by
from analytics.estimation.verdict import Flag
from analytics.fieldwork.drawn import DrawnCell
from analytics.models import Score
from analytics.scoring.backing import backings
from analytics.scoring.domain_scores import judged, wave_rules
from analytics.scoring.figures import RATING, TOP_TWO_BOX, Declared, Fields
from analytics.scoring.sample import Sample, Weighing
from surveys.models import Question, ServicePoint, Wave

OF_THE_CELL = {Flag.LIST_DOUBTED, Flag.APART}
"""What is in doubt of a service and channel is so of its offices; the other flags speak of its own
outcome."""


def has_points(wave: Wave) -> bool:
    """Whether its offices have figures. A wave that was published without them stays so."""
    if wave.state == Wave.State.PUBLISHED:
        return wave.scores.filter(level=Level.SERVICE_POINT).exists()
    return wave.state == Wave.State.CLOSED and wave.declared_method().edition > Edition.FIRST


def point_scores(
    weighing: Weighing,
    question: Question,
    whole: Sample,
    cells: Sequence[Score],
    drawn: Sequence[DrawnCell],
) -> list[Score]:
    """The scores of service points, not stored; none of a cell that is suppressed or cannot be
    split. `whole`: the answers to the question; `cells`: the scores of the other domains, said to
    be suppressed where they are."""
    registry, wave = weighing.registry, weighing.wave
    bins = counted_by_point(wave, question, registry.services)
    if not len(bins.counts):
        return []
    agencies = {registry.services[service].agency_id for service in bins.service.tolist()}
    frame = {
        place: encounters
        for place, encounters in weighing.frame.items()
        if registry.services[place[0]].agency_id in agencies
    }
    sample = replace(weighing, frame=frame).sample(question, bins)
    crossing = registry.partitions(sample.places)[-1]
    points = _Points.of(sample, crossing, [code for (code,) in bins.said], agencies)
    if not points.domains:
        return []
    own_strata = sample.collapsed is None and not sample.designed
    weighted = replace(sample.cells, stratum=points.label) if own_strata else sample.cells
    size = len(points.domains)
    shares, means = columns_by_domain(weighted, [TOP_TWO_BOX, RATING], points.label, domains=size)
    backing = backings(crossing, sample, sample.within(crossing.label)[1], drawn)
    inside = points.label != NOWHERE
    counts = sums_by(points.label[inside], sample.cells.counts[inside], size).astype(np.int64)
    described: Fields = {"distribution": [[]] * size, "population": None, "coverage": None}
    declared = Declared(wave, wave.declared_method())
    rules, backing = wave_rules(wave, whole, registry), backing.at(points.cell)
    found = judged(declared, question, points.domains, (shares, means), rules, described, backing)
    shown = {s.domain: s for s in cells if s.is_overall and not s.withheld}
    cell_counts = sums_by(crossing.label[sample.place], sample.cells.counts, len(crossing.domains))
    hidden = _hidden(points, counts, cell_counts.astype(np.int64), crossing, shown)
    kept = []
    for score in found:
        if score.domain in hidden:
            cell = shown[score.domain._replace(level=Level.SERVICE_CHANNEL, point=None)]
            score.withheld, score.official = hidden[score.domain], False
            score.flags = sorted({*score.flags, *OF_THE_CELL.intersection(cell.flags)})
            kept.append(score)
    return kept


@dataclass(frozen=True, eq=False)
class _Points:
    """label  (rows of the sample) the position in `domains`, or NOWHERE
    cell   of each domain the position of its service and channel in their partition"""

    domains: list[Domain]
    label: Ints
    cell: list[int]

    @classmethod
    def of(
        cls, sample: Sample, crossing: Partition, named: Sequence[str], agencies: set[int]
    ) -> _Points:
        known = {
            (point.agency_id, point.code): point.pk
            for point in ServicePoint.objects.filter(agency__in=agencies)
        }
        numbers: dict[Domain, int] = {}
        cell, label = [], []
        for code, row in zip(named, crossing.label[sample.place].tolist(), strict=True):
            of_cell = crossing.domains[row]
            point = known.get((of_cell.agency or 0, code)) if code != NO_POINT else None
            if point is None:
                label.append(NOWHERE)
                continue
            domain = of_cell._replace(level=Level.SERVICE_POINT, point=point)
            if domain not in numbers:
                cell.append(row)
            label.append(numbers.setdefault(domain, len(numbers)))
        return cls(list(numbers), np.array(label, dtype=np.int64), cell)


def _hidden(
    points: _Points,
    counts: Ints,
    cell_counts: Ints,
    crossing: Partition,
    shown: dict[Domain, Score],
) -> dict[Domain, bool]:
    """Of each service point whose cell is split, whether it is suppressed."""
    kinds, of_cell = _kinds(counts), np.array(points.cell)
    found: dict[Domain, bool] = {}
    for cell in np.unique(of_cell).tolist():
        rows = np.flatnonzero((of_cell == cell) & (kinds.sum(axis=1) > 0))
        if crossing.domains[cell] not in shown or not len(rows):
            continue
        hidden = hidden_points(kinds[rows], _kinds(cell_counts[[cell]])[0])
        if hidden is not None:
            domains = [points.domains[row] for row in rows.tolist()]
            found |= zip(domains, hidden.tolist(), strict=True)
    return found


def _kinds(counts: Ints) -> Ints:
    """Satisfied and not, of each row."""
    return np.column_stack([counts[:, 3:].sum(axis=1), counts[:, :3].sum(axis=1)])
