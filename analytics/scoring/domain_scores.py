"""The scores of one question: an estimate, an interval and a verdict for every domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
from django.db.models.base import ModelState
from numpy.typing import NDArray

from analytics.domain import Domain
from analytics.domains.partitions import Partition, Registry
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.cells import columns_by_domain
from analytics.estimation.effective_size import Clusters
from analytics.estimation.interim import interim_intervals
from analytics.estimation.official import Edition, Rule
from analytics.estimation.sums import sums_by
from analytics.estimation.values import Columns, Intervals
from analytics.fieldwork.dispositions import final_response_rates
from analytics.fieldwork.drawn import DrawnCell
from analytics.models import Score
from analytics.scoring.backing import Backing, backings
from analytics.scoring.figures import (
    RATING,
    TOP_TWO_BOX,
    Declared,
    Fields,
    backing_fields,
    mean_fields,
    share_fields,
)
from analytics.scoring.sample import Sample
from surveys.method import Method
from surveys.models import Question, Wave

Rules = tuple[Rule, Rule]
"""Of shares and of means."""


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
        domains, shares, means = partition.domains, estimates.shares, estimates.means
        backing = _backing(declared, partition, sample, estimates.covered, drawn)
        described = _described(partition, sample, estimates.covered)
        rules = share_rule, mean_rule
        yield from judged(declared, question, domains, (shares, means), rules, described, backing)


def judged(
    declared: Declared,
    question: Question,
    domains: Sequence[Domain],
    estimates: tuple[Columns, Columns],
    rules: Rules,
    described: Fields,
    backing: Backing,
) -> Iterator[Score]:
    """The scores of those domains that have answers. `estimates` and `rules`: of the share of 4
    and 5, and of the mean; `described`: population, coverage and distribution."""
    (shares, means), (share_rule, mean_rule) = estimates, rules
    wave = declared.wave
    common = {
        "wave_id": wave.pk,
        "domain": domains,
        "level": [domain.level for domain in domains],
        "agency_id": [domain.agency for domain in domains],
        "service_id": [domain.service for domain in domains],
        "channel_id": [domain.channel for domain in domains],
        "service_point_id": [domain.point for domain in domains],
        "question": question.code,
        "is_overall": question.is_overall,
        **described,
        **backing_fields(declared, backing),
    }
    intervals = _intervals(declared, share_rule, shares)
    of_share = share_fields(declared, share_rule, shares, intervals, backing)
    of_mean = mean_fields(declared, mean_rule, means, mean_rule.of_means(means), backing)
    pairs = zip(
        _scores(wave, common | of_share, len(domains)),
        _scores(wave, common | of_mean, len(domains)),
        strict=True,
    )
    for answered, pair in zip(shares.has_data.tolist(), pairs, strict=True):
        if answered:
            yield from pair


_FIELDS = Score._meta.concrete_fields
_PLAIN = {f.attname: None if f.default is list else f.get_default() for f in _FIELDS}


def _scores(wave: Wave, fields: Fields, number: int) -> Iterator[Score]:
    """Filled in directly: through its constructor, Django takes five times as long."""
    fields = _PLAIN | fields
    columns = [
        value if isinstance(value, list) else repeat(value, number) for value in fields.values()
    ]
    names = tuple(fields)
    for row in zip(*columns, strict=True):
        score = Score.__new__(Score)
        score.__dict__ = dict(zip(names, row, strict=True))
        score._state = ModelState()
        score._state.fields_cache = {"wave": wave}
        score.beside = {}
        yield score


@dataclass(frozen=True)
class _Estimates:
    """Of each domain of a partition: share of 4 and 5, and mean; and which places are covered."""

    shares: Columns
    means: Columns
    covered: NDArray[np.bool_]


def _estimates(sample: Sample, partition: Partition) -> _Estimates:
    cells, covered = sample.within(partition.label)
    label, size = partition.label[sample.place], len(partition.domains)
    shares, means = columns_by_domain(cells, [TOP_TWO_BOX, RATING], label, domains=size)
    return _Estimates(shares, means, covered)


def _intervals(declared: Declared, rule: Rule, shares: Columns) -> Intervals:
    """While a wave is open, bounds that may be looked at every day."""
    if declared.is_open and not declared.is_first:
        return interim_intervals(shares, rule)
    return rule.of_shares(shares)


def _rule(method: Method, estimates: Sequence[Columns], partitions: Sequence[Partition]) -> Rule:
    """The official rule of the wave; declared clusters are pooled over its agencies."""
    clusters = None
    if method.clusters != "none":
        agencies = [
            each.where(np.array([d.level == Score.Level.AGENCY for d in partition.domains], bool))
            for each, partition in zip(estimates, partitions, strict=True)
        ]
        clusters = Clusters.of(Columns.joined(agencies))
    return Rule(Edition(method.edition), method.level, clusters)


def wave_rules(wave: Wave, sample: Sample, registry: Registry) -> Rules:
    """The official rules of shares and of means as this sample has them."""
    method, partitions = wave.declared_method(), registry.partitions(sample.places, crossings=False)
    found = [_estimates(sample, partition) for partition in partitions]
    return (
        _rule(method, [each.shares for each in found], partitions),
        _rule(method, [each.means for each in found], partitions),
    )


def _backing(
    declared: Declared,
    partition: Partition,
    sample: Sample,
    covered: NDArray[np.bool_],
    drawn: Sequence[DrawnCell],
) -> Backing:
    found = backings(partition, sample, covered, drawn)
    if not declared.is_first:
        return found
    # The first edition knew the rate of drawn samples alone, and did not weigh it.
    rates = final_response_rates(declared.wave, partition, sample.places)
    return replace(found, response_rate=np.array(rates, dtype=np.float64))


def _described(partition: Partition, sample: Sample, covered: NDArray[np.bool_]) -> Fields:
    """Population, coverage and unweighted distribution of each domain of the partition."""
    size, label = len(partition.domains), partition.label[sample.place]
    inside = label != NOWHERE
    distribution = sums_by(label[inside], sample.cells.counts[inside], size).astype(np.int64)
    described: Fields = {"distribution": distribution.tolist()}
    if sample.population is None:
        return described | {"population": None, "coverage": None}
    placed, population = partition.label != NOWHERE, sample.population

    def encounters_by_domain(counted: NDArray[np.bool_]) -> NDArray[np.float64]:
        encounters = np.where(counted, population, 0)[placed].astype(float)
        return np.bincount(partition.label[placed], encounters, minlength=size).astype(float)

    everything = encounters_by_domain(np.ones_like(covered))
    spoken_for = encounters_by_domain(covered)
    share = np.divide(spoken_for, everything, out=np.zeros(size), where=everything > 0)
    return described | {
        "population": everything.astype(np.int64).tolist(),
        "coverage": share.tolist(),
    }
