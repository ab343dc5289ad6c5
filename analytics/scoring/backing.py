"""What a figure rests on: who was asked how, who answered, and how much of the frame they cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from analytics.domains.partitions import Partition
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.evidence import Evidence, evidence_of
from analytics.estimation.strength import Response
from analytics.estimation.sums import sums_by
from analytics.fieldwork.drawn import DrawnCell
from analytics.scoring.sample import Sample

Counts = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Backing:
    """Of domains side by side. Shares of one; NaN where there is nothing to take the share of.

    coverage       encounters in cells with an answer of their own ÷ all
    merged         encounters in cells too thin to show their own spread ÷ all
    rate           ρ; an open answer counts against all encounters of its cell
    r_indicator    how alike the cells answer
    response_rate  weighted by 1/π where drawn, else ρ
    reach          encounters with a usable contact ÷ all, where drawn
    outside_frame  answers in cells that the frame does not have: they are in no figure
    """

    evidence: list[Evidence]
    coverage: Counts
    merged: Counts
    rate: Counts
    r_indicator: Counts
    response_rate: Counts
    reach: Counts
    outside_frame: Counts

    def at(self, rows: Sequence[int]) -> Backing:
        """The same of the domains at these positions."""
        numbers: dict[str, Counts] = {
            each.name: getattr(self, each.name)[list(rows)]
            for each in fields(self)
            if each.name != "evidence"
        }
        return Backing([self.evidence[k] for k in rows], **numbers)


def backings(
    partition: Partition,
    sample: Sample,
    covered: NDArray[np.bool_],
    drawn_cells: Sequence[DrawnCell],
) -> Backing:
    """What the figures of each domain of the partition rest on."""
    size, row = len(partition.domains), partition.label[sample.place]
    answers = sample.cells.responses
    evidence = _evidence(size, row, answers, sample)
    outside = _by_domain(row, np.where(sample.outside_frame[sample.place], sample.given, 0), size)
    if sample.population is None or sample.collapsed is None:
        none = np.full(size, np.nan)
        return Backing(evidence, none, none, none, none, none, none, np.zeros(size))
    population = sample.population.astype(np.float64)
    total = _by_domain(partition.label, population, size)
    table = _drawn_table(sample, drawn_cells)
    only_drawn = _only_drawn(sample, answers) & (table.drawn > 0)
    asked = np.where(only_drawn, table.drawn, population)
    answered = np.minimum(np.bincount(sample.place, answers, len(population)), asked)
    rate, indicator = Response.of_domains(partition.label, size, population, answered, asked)
    weighted = _ratio(partition.label, table.weighted_answered, table.weighted_drawn, size)
    reach = _ratio(
        partition.label,
        population * _share(table.reachable, table.listed),
        population * (table.listed > 0),
        size,
    )
    coverage = _by_domain(partition.label, np.where(covered, population, 0.0), size)
    thin = np.where(sample.collapsed.thin & covered, population, 0.0)
    merged = _by_domain(partition.label, thin, size)
    asked_by_chance = np.array([each is Evidence.PROBABILITY for each in evidence], dtype=bool)
    return Backing(
        evidence=evidence,
        coverage=_share(coverage, total),
        merged=_share(merged, total),
        rate=rate,
        r_indicator=indicator,
        response_rate=np.where(asked_by_chance, weighted, rate),
        reach=np.where(asked_by_chance, reach, np.nan),
        outside_frame=outside,
    )


def _evidence(size: int, row: Labels, answers: Labels, sample: Sample) -> list[Evidence]:
    drawn = _by_domain(row, np.where(sample.drawn, answers, 0), size)
    verified = _by_domain(row, np.where(sample.verified, answers, 0), size)
    others = _by_domain(row, np.where(sample.drawn | sample.verified, 0, answers), size)
    supplied = sample.population is None
    return [
        evidence_of(drawn=int(d), others=int(o), verified=int(v), supplied=supplied)
        for d, o, v in zip(drawn, others, verified, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Table:
    """Sums over draws by place."""

    listed: Counts
    reachable: Counts
    drawn: Counts
    weighted_drawn: Counts
    weighted_answered: Counts


def _drawn_table(sample: Sample, cells: Sequence[DrawnCell]) -> _Table:
    position = {place: k for k, place in enumerate(sample.places)} if cells else {}
    table = np.zeros((5, len(sample.places)))
    for cell in cells:
        if cell.place in position:
            table[:, position[cell.place]] += (
                cell.encounters,
                cell.reachable,
                cell.drawn,
                cell.base_weight * cell.drawn,
                cell.base_weight * cell.answered,
            )
    return _Table(*table)


def _only_drawn(sample: Sample, answers: Labels) -> NDArray[np.bool_]:
    """Places whose counted answers are all of drawn citizens; those without any, too."""
    others = np.bincount(sample.place, np.where(sample.drawn, 0, answers), len(sample.places))
    return others == 0


def _by_domain(label: Labels, values: NDArray[np.float64] | Labels, size: int) -> Counts:
    inside = label != NOWHERE
    return sums_by(label[inside], values[inside].astype(np.float64), size)


def _share(part: Counts, whole: Counts) -> Counts:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _ratio(label: Labels, part: Counts, whole: Counts, size: int) -> Counts:
    """NaN where the whole is 0."""
    parts, wholes = _by_domain(label, part, size), _by_domain(label, whole, size)
    return np.divide(parts, wholes, out=np.full(size, np.nan), where=wholes > 0)
