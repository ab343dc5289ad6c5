"""Scores: every domain's estimate, interval and verdict, computed from the tally alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max
from numpy.typing import NDArray

from analytics.counting import tally
from analytics.counting.bases import Basis, histograms, shown_beside
from analytics.domain import Domain
from analytics.domains.partitions import Partition, Place, Registry
from analytics.domains.suppression import mark_suppressed, suppress
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.cells import means_by_domain
from analytics.estimation.intervals import (
    korn_graubard_interval,
    mean_interval,
)
from analytics.estimation.official import Edition, Outcome, official_interval_edition_1
from analytics.estimation.values import Estimate
from analytics.estimation.verdict import REASONS, Flag, judge
from analytics.fieldwork.dispositions import final_response_rates
from analytics.models import Computation, Score
from analytics.scoring.sample import Sample, frame_totals, weigh
from responses.intake.completeness import complete_by_place
from responses.models import Response
from surveys import clock
from surveys.kinds import SCORED
from surveys.kinds.rating import RATINGS
from surveys.method import Method
from surveys.models import Question, Wave

TOP_TWO_BOX = np.array([0.0, 0.0, 0.0, 1.0, 1.0])
Labels = NDArray[np.int64]
RATING = np.array(RATINGS, dtype=float)
BEST = float(RATINGS[-1])
MOST_RESPONSES = 10_000_000


def compute_scores(wave: Wave, *, rebuild: bool = False) -> Computation:
    """Count what is new (or everything again), estimate every domain and store the scores.

    The scores of a published wave stay as published: they are computed and must agree, or
    RuntimeError is raised.
    """
    if rebuild:
        tally.rebuild(wave)
    else:
        tally.fold(wave)
    scores, computation = estimate_scores(wave)
    if wave.state == Wave.State.PUBLISHED:
        if as_records(scores) != as_records(_stored(wave)):
            raise RuntimeError(f"wave {wave.code}: the published scores cannot be reproduced")
        return Computation.objects.get(wave=wave)
    with transaction.atomic():
        # Whoever publishes holds the wave: what was computed meanwhile is not put in its place.
        held = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
        if held.state == Wave.State.PUBLISHED:
            return Computation.objects.get(wave=wave)
        Score.objects.filter(wave=wave).delete()
        Score.objects.bulk_create(scores, batch_size=500)
        Computation.objects.filter(wave=wave).delete()
        computation.save(force_insert=True)
    return computation


def estimate_scores(wave: Wave) -> tuple[list[Score], Computation]:
    """The scores as the tally gives them now, not stored."""
    registry, frame, counted = Registry(), frame_totals(wave), histograms(wave)
    questions = wave.questionnaire.questions.filter(kind__in=SCORED)
    scores: list[Score] = []
    computation = Computation(wave=wave, computed_at=clock.now(), responses=0)
    for question in questions.prefetch_related("channels"):
        if question.code not in counted:
            continue
        sample = weigh(wave, question, counted[question.code], frame, registry)
        scores.extend(scores_of(wave, question, sample, registry))
        if question.is_overall:
            _describe(computation, sample, registry)
            _put_beside(wave, question, scores, frame, registry)
    responses = Response.objects.filter(wave=wave).eligible()
    mark_suppressed(scores, registry.parents(), edition=Edition.FIRST)
    computation.complete = _complete(wave)
    computation.last_answer_at = responses.aggregate(last=Max("answered_at"))["last"]
    return scores, computation


def _complete(wave: Wave) -> list[list[int]] | None:
    """How many drawn citizens answered in full, counted once the wave has closed and kept when the
    single answers are deleted."""
    if wave.state == Wave.State.OPEN:
        return None
    if wave.answers_deleted_at:
        return Computation.objects.values_list("complete", flat=True).filter(wave=wave).first()
    return [[*place, number] for place, number in sorted(complete_by_place(wave).items())]


def _put_beside(
    wave: Wave, question: Question, scores: list[Score], frame: dict[Place, int], registry: Registry
) -> None:
    """Give the scores of the overall question their figures on other bases, and flag a verdict
    that rests on what screening did."""
    official = {_key(score): score for score in scores if score.is_overall}
    on_basis: dict[Basis, dict[Key, Score]] = {}
    for basis in shown_beside(wave):
        counted = histograms(wave, basis).get(question.code, {})
        sample = weigh(wave, question, counted, frame, registry)
        on_basis[basis] = {_key(s): s for s in scores_of(wave, question, sample, registry)}
    parents = registry.parents()
    hidden = {basis: _telling(basis, on_basis[basis], official, parents) for basis in on_basis}
    for basis, others in on_basis.items():
        # Of the drawn and the others the one follows from the other, where both count.
        not_shown = hidden[basis] if basis in SCREENING else _of_either(hidden)
        for key in official.keys() & others.keys():
            score, other = official[key], others[key]
            if basis in SCREENING and other.verdict != score.verdict:
                score.flags = sorted({*score.flags, Flag.FLAGGED})
            if score.domain not in not_shown:
                fields = ("estimate", "low", "high", "n", "verdict")
                score.beside[basis.value] = {name: getattr(other, name) for name in fields}


SCREENING = (Basis.WITH_SCREENED, Basis.WITHOUT_SCREENED)


def _telling(
    basis: Basis,
    others: dict[Key, Score],
    official: dict[Key, Score],
    parents: dict[int, int | None],
) -> set[Domain]:
    """Where the figure on a basis, or its difference from the official one, would tell what a few
    people answered, there or where it follows by subtraction."""
    sizes = {}
    for key, other in others.items():
        counted = official[key].n if key in official else 0
        size = abs(other.n - counted) if basis in SCREENING else other.n
        if size:
            sizes[other.domain] = size
    return suppress(sizes, parents, edition=Edition.FIRST)


def _of_either(hidden: dict[Basis, set[Domain]]) -> set[Domain]:
    return hidden.get(Basis.OPEN, set()) | hidden.get(Basis.DRAWN, set())


Key = tuple[Domain, str]
"""A domain and a measure."""


def _key(score: Score) -> Key:
    return score.domain, score.measure


def scores_of(
    wave: Wave, question: Question, sample: Sample, registry: Registry
) -> Iterator[Score]:
    """The scores of one question for every domain that has answers, not stored."""
    method = wave.declared_method()
    for partition in registry.partitions(sample.places, crossings=question.is_overall):
        label = partition.label[sample.place]
        size = len(partition.domains)
        cells, covered = sample.within(partition.label)
        shares = means_by_domain(cells, TOP_TWO_BOX, label, domains=size)
        means = means_by_domain(cells, RATING, label, domains=size)
        common = _describe_domains(partition, label, sample, covered)
        rates = final_response_rates(wave, partition, sample.places)
        for domain, share, mean, described, rate in zip(
            partition.domains, shares, means, common, rates, strict=True
        ):
            if not share.has_data:
                continue
            common_fields = {
                "wave": wave,
                "level": domain.level,
                "agency_id": domain.agency,
                "service_id": domain.service,
                "channel_id": domain.channel,
                "question": question.code,
                "is_overall": question.is_overall,
                **described,
            }
            spoken_for = (described["coverage"], rate)
            yield Score(**common_fields, **_share_fields(share, method, *spoken_for))
            yield Score(**common_fields, **_mean_fields(mean, method, *spoken_for))


def _share_fields(
    share: Estimate, method: Method, coverage: float | None, rate: float | None
) -> dict[str, Any]:
    """The share of ratings 4 and 5, with the official interval and R's own beside it."""
    interval = official_interval_edition_1(share, method.level)
    verdict = judge(interval, share, method.target, coverage=_known(coverage), response_rate=rate)
    uncapped = korn_graubard_interval(share, method.level) if share.variance else None
    return {
        "measure": Score.Measure.TOP_TWO_BOX,
        "estimate": share.value,
        "se": share.se,
        "low": interval.low,
        "high": interval.high,
        "n_eff": share.n_eff,
        "low_uncapped": uncapped and uncapped.low,
        "high_uncapped": uncapped and uncapped.high,
        "verdict": verdict.outcome,
        "flags": sorted(verdict.flags),
        "needed": _reachable(verdict.further_responses),
        **_size_fields(share),
    }


def _mean_fields(
    mean: Estimate, method: Method, coverage: float | None, rate: float | None
) -> dict[str, Any]:
    """The mean rating as a share of 5."""
    interval = mean_interval(mean, level=method.level)
    verdict = judge(
        interval,
        mean,
        method.target * BEST,
        coverage=_known(coverage),
        response_rate=rate,
        scale=(1.0, BEST),
    )
    assert mean.value is not None
    assert mean.se is not None
    return {
        "measure": Score.Measure.MEAN_PERCENT,
        "estimate": mean.value / BEST,
        "se": mean.se / BEST,
        "low": interval.low / BEST,
        "high": interval.high / BEST,
        "n_eff": mean.n_eff,
        "verdict": verdict.outcome,
        "flags": sorted(verdict.flags),
        "needed": _reachable(verdict.further_responses),
        **_size_fields(mean),
    }


def _size_fields(estimate: Estimate) -> dict[str, Any]:
    return {"n": estimate.n, "n_kish": estimate.n_kish, "df": estimate.df}


def _reachable(responses: int | None) -> int | None:
    """A number of further responses that a wave could bring; None beyond that."""
    return responses if responses is not None and responses <= MOST_RESPONSES else None


def _known(coverage: float | None) -> float:
    return 1.0 if coverage is None else coverage


def _describe_domains(
    partition: Partition, label: Labels, sample: Sample, covered: NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """Population, coverage and unweighted distribution of each domain of the partition."""
    size = len(partition.domains)
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


def _describe(computation: Computation, sample: Sample, registry: Registry) -> None:
    """How many answers there are, which thin cells were merged, and what nobody answered for."""
    computation.responses = int(sample.cells.counts.sum())
    if sample.collapsed is None:
        return

    def name(k: int) -> dict[str, str]:
        service, channel = sample.places[k]
        return {
            "service": registry.services[service].code,
            "channel": registry.channels[channel].code,
        }

    computation.merges = [
        {
            "cell": name(merge.cell),
            "into": name(merge.into),
            "level": merge.level,
            "because": merge.because,
            "responses": merge.responses,
        }
        for merge in sample.collapsed.merges
    ]
    assert sample.population is not None
    computation.uncovered = [
        name(k) | {"encounters": int(sample.population[k])} for k in sample.collapsed.uncovered
    ]


def _stored(wave: Wave) -> list[Score]:
    return list(Score.objects.filter(wave=wave))


def as_records(scores: list[Score]) -> list[dict[str, Any]]:
    """The scores as plain records, in a fixed order, codes instead of keys."""
    registry = Registry()
    return sorted(
        (_as_record(score, registry) for score in scores),
        key=lambda record: (
            list(Score.Level).index(record["domain"]["level"]),
            record["domain"].get("agency") or "",
            record["domain"].get("service") or "",
            record["domain"].get("channel") or "",
            record["question"],
            record["measure"],
        ),
    )


def _as_record(score: Score, registry: Registry) -> dict[str, Any]:
    domain = {"level": str(score.level)}
    if score.agency_id:
        domain["agency"] = registry.agencies[score.agency_id].code
    if score.service_id:
        domain["service"] = registry.services[score.service_id].code
    if score.channel_id:
        domain["channel"] = registry.channels[score.channel_id].code
    plain = (
        "question",
        "estimate",
        "se",
        "low",
        "high",
        "n",
        "n_eff",
        "n_kish",
        "df",
        "population",
        "coverage",
        "flags",
        "needed",
        "low_uncapped",
        "high_uncapped",
        "distribution",
        "withheld",
    )
    return {
        "domain": domain,
        "measure": str(score.measure),
        "verdict": str(score.verdict),
        "reason": REASONS[Outcome(score.verdict)],
        **{name: getattr(score, name) for name in plain},
        # Only where there is one, so that the digests of earlier publications stay as they are.
        **({"beside": score.beside} if score.beside else {}),
    }
