"""The scores of one question: an estimate, an interval and a verdict for every domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models.base import ModelState
from numpy.typing import NDArray

from analytics.domains.partitions import Partition, Registry
from analytics.estimation import korn_graubard
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.cells import means_by_domain
from analytics.estimation.effective_size import Clusters, Columns
from analytics.estimation.interim import interim_intervals
from analytics.estimation.official import Edition, Rule
from analytics.estimation.values import Estimate, Interval
from analytics.fieldwork.dispositions import final_response_rates
from analytics.fieldwork.drawn import DrawnCell
from analytics.models import Score
from analytics.scoring.backing import Backing, backings
from analytics.scoring.figures import (
    RATING,
    TOP_TWO_BOX,
    Declared,
    Fields,
    Uncapped,
    backing_fields,
    mean_fields,
    share_fields,
)
from analytics.scoring.sample import Sample
from surveys.kinds.rating import RATINGS
from surveys.method import Method
from surveys.models import Question, Wave


def scores_of(
    wave: Wave,
    question: Question,
    sample: Sample,
    registry: Registry,
    drawn: Sequence[DrawnCell] = (),
) -> Iterator[Score]:
    """The scores of one question for every domain that has answers, not stored. `drawn`: what the
    wave's draws asked (fieldwork/drawn.py)."""
    declared = Declared(wave, wave.declared_method())
    partitions = registry.partitions(sample.places, crossings=question.is_overall)
    found = [_estimates(sample, partition) for partition in partitions]
    share_rule = _rule(declared.method, [each.shares for each in found], partitions)
    mean_rule = _rule(declared.method, [each.means for each in found], partitions)
    for partition, estimates in zip(partitions, found, strict=True):
        rows = zip(
            partition.domains,
            zip(
                estimates.shares,
                _intervals(declared, share_rule, estimates.shares),
                _uncapped(declared, estimates.shares),
                strict=True,
            ),
            zip(estimates.means, mean_rule.mean_intervals(estimates.means), strict=True),
            _described(partition, sample, estimates.covered),
            _backings(declared, partition, sample, estimates.covered, drawn),
            strict=True,
        )
        for domain, share, mean, description, backing in rows:
            if not share[0].has_data:
                continue
            common = {
                "wave_id": wave.pk,
                "level": domain.level,
                "agency_id": domain.agency,
                "service_id": domain.service,
                "channel_id": domain.channel,
                "question": question.code,
                "is_overall": question.is_overall,
                **description,
                **backing_fields(declared, backing),
            }
            yield _score(wave, common | share_fields(declared, share_rule, *share, backing))
            yield _score(wave, common | mean_fields(declared, mean_rule, *mean, backing))


_FIELDS = Score._meta.concrete_fields
_FRESH = {f.attname: f.default for f in _FIELDS if f.default in (list, dict)}
_PLAIN = {f.attname: f.get_default() for f in _FIELDS if f.attname not in _FRESH}


def _score(wave: Wave, fields: Fields) -> Score:
    """Filled in directly: through its constructor, Django takes five times as long."""
    score = Score.__new__(Score)
    score._state = ModelState()
    score._state.fields_cache = {"wave": wave}
    score.__dict__ |= _PLAIN | {name: make() for name, make in _FRESH.items()} | fields
    return score


@dataclass(frozen=True)
class _Estimates:
    """Of each domain of a partition: share of 4 and 5, and mean; and which places are covered."""

    shares: list[Estimate]
    means: list[Estimate]
    covered: NDArray[np.bool_]


def _estimates(sample: Sample, partition: Partition) -> _Estimates:
    cells, covered = sample.within(partition.label)
    label, size = partition.label[sample.place], len(partition.domains)
    return _Estimates(
        means_by_domain(cells, TOP_TWO_BOX, label, domains=size),
        means_by_domain(cells, RATING, label, domains=size),
        covered,
    )


def _intervals(declared: Declared, rule: Rule, shares: list[Estimate]) -> list[Interval]:
    """While a wave is open, bounds that may be looked at every day."""
    if declared.is_open and not declared.is_first:
        return interim_intervals(shares, rule)
    return rule.intervals(shares)


def _uncapped(declared: Declared, shares: list[Estimate]) -> list[Uncapped]:
    """R's own bounds, where the answers differ."""
    low, high = korn_graubard.bounds(Columns.of(shares), declared.method.level)
    rows = zip(shares, low.tolist(), high.tolist(), strict=True)
    return [(a, b) if share.variance else (None, None) for share, a, b in rows]


def _rule(
    method: Method, estimates: Sequence[list[Estimate]], partitions: Sequence[Partition]
) -> Rule:
    """The official rule of the wave; declared clusters are pooled over its agencies."""
    clusters = None
    if method.clusters != "none":
        clusters = Clusters.of(
            [
                estimate
                for each, partition in zip(estimates, partitions, strict=True)
                for estimate, domain in zip(each, partition.domains, strict=True)
                if domain.level == Score.Level.AGENCY
            ]
        )
    return Rule(Edition(method.edition), method.level, clusters)


def wave_rule(wave: Wave, sample: Sample, registry: Registry) -> Rule:
    """The official rule of shares as this sample has it."""
    partitions = registry.partitions(sample.places, crossings=False)
    shares = [_estimates(sample, partition).shares for partition in partitions]
    return _rule(wave.declared_method(), shares, partitions)


def _backings(
    declared: Declared,
    partition: Partition,
    sample: Sample,
    covered: NDArray[np.bool_],
    drawn: Sequence[DrawnCell],
) -> list[Backing]:
    found = backings(partition, sample, covered, drawn)
    if not declared.is_first:
        return found
    # The first edition knew the rate of drawn samples alone, and did not weigh it.
    rates = final_response_rates(declared.wave, partition, sample.places)
    return [replace(each, response_rate=rate) for each, rate in zip(found, rates, strict=True)]


def _described(
    partition: Partition, sample: Sample, covered: NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """Population, coverage and unweighted distribution of each domain of the partition."""
    size, label = len(partition.domains), partition.label[sample.place]
    distribution = np.zeros((size, len(RATINGS)), dtype=np.int64)
    inside = label != NOWHERE
    np.add.at(distribution, label[inside], sample.cells.counts[inside])
    described: list[dict[str, Any]] = [{"distribution": row} for row in distribution.tolist()]
    if sample.population is None:
        return [row | {"population": None, "coverage": None} for row in described]
    placed, population = partition.label != NOWHERE, sample.population

    def encounters_by_domain(counted: NDArray[np.bool_]) -> NDArray[np.float64]:
        encounters = np.where(counted, population, 0)[placed].astype(float)
        return np.bincount(partition.label[placed], encounters, minlength=size).astype(float)

    everything = encounters_by_domain(np.ones_like(covered))
    spoken_for = encounters_by_domain(covered)
    for row, total, spoken in zip(described, everything, spoken_for, strict=True):
        row["population"] = int(total)
        row["coverage"] = float(spoken / total) if total else 0.0
    return described
