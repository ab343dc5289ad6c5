"""How often the published interval holds the truth, where the truth is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.counting.bases import Bin, Bins
from analytics.domain import Domain
from analytics.domains.partitions import Partition, Place, Registry
from analytics.estimation.official import Outcome, decide
from analytics.estimation.values import Interval
from analytics.models import Score
from analytics.scoring.domain_scores import scores_of
from analytics.scoring.figures import BEST
from analytics.scoring.sample import Weighing, frame_totals
from responses.simulation.population import Population
from surveys.models import Wave

Key = tuple[Domain, str]
"""A domain and a measure."""


@dataclass(frozen=True)
class Comparison:
    """One estimate of one draw beside the truth."""

    level: str
    measure: str
    truth: float
    score: Score

    @property
    def covered(self) -> bool:
        return self.score.low <= self.truth <= self.score.high

    def attains(self, target: float) -> bool:
        """Whether the truth, known without an interval, meets the target."""
        exactly = Interval(self.truth, self.truth, 1.0, "truth")
        return decide(exactly, target) is Outcome.MET


def compare(wave: Wave, population: Population, draws: int) -> Iterator[list[Comparison]]:
    """For each draw, every domain's estimate beside its truth. Nothing is stored.

    The draws differ in who happened to be asked; population, frame and method stay.
    """
    question = wave.questionnaire.questions.get(is_overall=True)
    registry = Registry()
    weighing = Weighing(wave, frame_totals(wave), registry)
    truth = true_scores(population, registry)
    for draw in range(1, draws + 1):
        histogram = {
            Bin(cell.service.pk, cell.channel.pk): counts.tolist()
            for cell, counts in zip(population.cells, population.draw_counts(draw), strict=True)
            if counts.sum()
        }
        sample = weighing.sample(question, Bins.of(histogram))
        yield [
            Comparison(score.level, score.measure, truth[score.domain, score.measure], score)
            for score in scores_of(wave, question, sample, registry)
        ]


def true_scores(population: Population, registry: Registry) -> dict[Key, float]:
    """The true value of each domain and measure: cells weighted by their encounters."""
    places: list[Place] = [(cell.service.pk, cell.channel.pk) for cell in population.cells]
    encounters = np.array([cell.encounters for cell in population.cells], dtype=float)
    measures = {
        Score.Measure.TOP_TWO_BOX: np.array([cell.satisfied for cell in population.cells]),
        Score.Measure.MEAN_PERCENT: np.array([cell.mean / BEST for cell in population.cells]),
    }
    truth: dict[Key, float] = {}
    for partition in registry.partitions(places):
        for measure, value in measures.items():
            truth |= _weighted(partition, encounters, value, measure)
    return truth


def _weighted(
    partition: Partition, encounters: np.ndarray, value: np.ndarray, measure: str
) -> dict[Key, float]:
    inside = [partition.label == number for number in range(len(partition.domains))]
    return {
        (domain, measure): float(np.average(value[here], weights=encounters[here]))
        for domain, here in zip(partition.domains, inside, strict=True)
    }


@dataclass(frozen=True)
class CoverageRow:
    """How the intervals of one level and measure did over all draws."""

    level: str
    measure: str
    intervals: int
    covered: float
    worst_domain: float
    width: float
    false_met: float
    false_not_met: float


def coverage_table(
    draws: Iterator[list[Comparison]], target: float
) -> tuple[list[CoverageRow], dict[Key, float]]:
    """A row per level and measure, and the coverage of each domain by itself.

    `false_met` is the share of domains truly under the target that were called MET;
    `false_not_met` likewise.
    """
    held: Counter[Key] = Counter()
    seen: Counter[Key] = Counter()
    width: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, str, str]] = Counter()
    at_stake: Counter[tuple[str, str, str]] = Counter()
    for comparisons in draws:
        for item in comparisons:
            key, group = (item.score.domain, item.measure), (item.level, item.measure)
            seen[key] += 1
            held[key] += item.covered
            width[group] += item.score.high - item.score.low  # type: ignore[assignment]
            false = Outcome.NOT_MET if item.attains(target) else Outcome.MET
            at_stake[*group, false] += 1
            wrong[*group, false] += item.score.verdict == false
    by_domain = {key: held[key] / seen[key] for key in seen}
    rows = []
    for group in sorted({(domain.level, measure) for domain, measure in seen}):
        keys = [key for key in seen if (key[0].level, key[1]) == group]
        total = sum(seen[key] for key in keys)
        rows.append(
            CoverageRow(
                level=group[0],
                measure=group[1],
                intervals=total,
                covered=sum(held[key] for key in keys) / total,
                worst_domain=min(by_domain[key] for key in keys),
                width=width[group] / total,
                false_met=_rate(wrong, at_stake, (*group, Outcome.MET)),
                false_not_met=_rate(wrong, at_stake, (*group, Outcome.NOT_MET)),
            )
        )
    return rows, by_domain


def _rate(
    wrong: Counter[tuple[str, str, str]],
    at_stake: Counter[tuple[str, str, str]],
    key: tuple[str, str, str],
) -> float:
    return wrong[key] / at_stake[key] if at_stake[key] else 0.0
