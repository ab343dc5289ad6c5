"""Scores: every domain's estimate, interval and verdict, computed from the tally alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from django.db import transaction

from analytics.counting import days, tally
from analytics.counting.bases import ALONE, Basis, Bins, Counted
from analytics.counting.last_answer import last_answer_at
from analytics.counting.stated import moves_in_steps, restate
from analytics.counting.weeks import finish
from analytics.domain import Domain
from analytics.domains.partitions import Registry
from analytics.domains.suppression import mark_suppressed, suppress
from analytics.estimation.official import Edition
from analytics.fieldwork.drawn import DrawnCell, drawn_cells
from analytics.fieldwork.listed import list_findings
from analytics.fieldwork.of_one import OneOf
from analytics.models import Computation, Score, Statement
from analytics.scoring.apart import flag_apart
from analytics.scoring.domain_scores import scores_of
from analytics.scoring.doubted_lists import flag_doubted_lists
from analytics.scoring.erasures import erased_answers, flag_erasures
from analytics.scoring.frame_changes import flag_frame_changes
from analytics.scoring.groups import group_figures
from analytics.scoring.months import months_to_keep
from analytics.scoring.points import has_points, point_scores
from analytics.scoring.records import as_records
from analytics.scoring.rests_on import screening_flag, with_disputed
from analytics.scoring.sample import Sample, Weighing, frame_totals
from analytics.scoring.since import note_what_came_since, say_what_came_since
from analytics.scoring.storing import note_answers_since, replace_scores
from analytics.scoring.tapped_again import flag_tapped_again, tapped_again
from responses.intake.completeness import complete_by_place
from responses.screening.screen import screen
from surveys import clock
from surveys.collector import without_collector
from surveys.kinds import SCORED
from surveys.models import Question, Wave


@without_collector
def compute_scores(wave: Wave, *, rebuild: bool = False) -> Computation:
    """Count what is new (or everything again), estimate every domain and store the scores.

    The scores of a published wave stay as published: they are computed and must agree, or
    RuntimeError is raised.
    """
    count = tally.rebuild if rebuild else tally.fold
    count(wave)
    _screen_what_counts(wave)
    if moves_in_steps(wave):
        restate(wave)
    if wave.state == Wave.State.CLOSED and _edition(wave) > Edition.FIRST:
        finish(wave)
    if wave.state != Wave.State.OPEN:
        days.forget(wave)
    scores, computation = estimate_scores(wave)
    before = Computation.objects.only("drawn").filter(wave=wave).first()
    computation.drawn = OneOf(wave, None, before).to_keep()
    if wave.state == Wave.State.PUBLISHED:
        if as_records(scores) != as_records(_stored(wave)):
            raise RuntimeError(f"wave {wave.code}: the published scores cannot be reproduced")
        return Computation.objects.get(wave=wave)
    with transaction.atomic():
        # Whoever publishes holds the wave: what was computed meanwhile is not put in its place.
        held = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
        if held.state == Wave.State.PUBLISHED:
            return Computation.objects.get(wave=wave)
        replace_scores(wave, scores)
        Computation.objects.filter(wave=wave).delete()
        computation.save(force_insert=True)
    return computation


@without_collector
def count_what_came(wave: Wave) -> None:
    """Between two statements of a running wave no rating moves: count what is new, and note with
    the stored scores how many came. Raise Computation.DoesNotExist where none are stored."""
    tally.fold(wave)
    with transaction.atomic():
        held = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
        computation = Computation.objects.get(wave=wave)
        if held.state != Wave.State.OPEN:
            return
        overall = wave.questionnaire.questions.get(is_overall=True).code
        stated = Counted.read(wave, overall).on()
        came = note_what_came_since(wave, computation, stated, Registry())
        note_answers_since(wave, came)
        computation.last_answer_at = last_answer_at(wave)
        computation.save()


def _screen_what_counts(wave: Wave) -> None:
    """No answer moves a figure before it has been screened: in a running wave all that today's
    statement will hold. What arrives meanwhile waits. The first edition did not screen here."""
    stated = Statement.objects.filter(wave=wave, stated_on__gte=clock.today())
    if _edition(wave) > Edition.FIRST and not (moves_in_steps(wave) and stated.exists()):
        screen(wave, now=True)
        tally.fold_changes(wave)


def estimate_scores(wave: Wave) -> tuple[list[Score], Computation]:
    """The scores as the tally gives them now, not stored."""
    registry, read, drawn = Registry(), Counted.read(wave), drawn_cells(wave)
    counted = read.on()
    weighing = Weighing(wave, frame_totals(wave), registry)
    questions = wave.questionnaire.questions.filter(kind__in=SCORED)
    scores: list[Score] = []
    overall: tuple[Question, Sample] | None = None
    computation = Computation(wave=wave, computed_at=clock.now(), responses=0)
    computation.erased = erased_answers(wave) if _edition(wave) > Edition.FIRST else None
    for question in questions.prefetch_related("channels"):
        if question.code not in counted:
            continue
        sample = weighing.sample(question, counted[question.code])
        scores.extend(scores_of(wave, question, sample, registry, drawn))
        if question.is_overall:
            overall = question, sample
            _describe(computation, sample, registry)
            _put_beside(weighing, question, read, scores, drawn)
            official = [score for score in scores if score.is_overall]
            flag_erasures(
                weighing, question, counted[question.code], official, drawn, computation.erased
            )
            if _edition(wave) > Edition.FIRST:
                computation.tapped_again = tapped_again(wave, question)
                flag_tapped_again(
                    weighing,
                    question,
                    counted[question.code],
                    official,
                    drawn,
                    computation.tapped_again,
                )
                flag_apart(read, question, official, registry)
                flag_frame_changes(
                    wave, question, counted[question.code], official, drawn, registry
                )
    findings = list_findings(wave, registry)
    flag_doubted_lists(wave, findings, scores, weighing.frame, registry)
    if wave.state != Wave.State.OPEN:
        computation.lists = [[*each.place, *astuple(each)[1:]] for each in findings]
    mark_suppressed(scores, registry.parents(), edition=_edition(wave))
    if overall and has_points(wave):
        scores += point_scores(weighing, *overall, scores, drawn)
    computation.complete = _complete(wave)
    computation.groups = group_figures(wave, weighing)
    computation.months = months_to_keep(wave, scores, registry)
    if moves_in_steps(wave):
        say_what_came_since(wave, scores, computation, counted, registry)
    computation.last_answer_at = last_answer_at(wave)
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
    weighing: Weighing,
    question: Question,
    read: Counted,
    scores: list[Score],
    drawn: Sequence[DrawnCell],
) -> None:
    """Give the scores of the overall question their figures on other bases, and flag a verdict
    that rests on what screening did."""
    wave, registry = weighing.wave, weighing.registry
    if not (bases := read.shown_beside()):
        return
    official = {_key(score): score for score in scores if score.is_overall}
    on_basis: dict[Basis, dict[Key, Score]] = {}
    for basis in bases:
        counted = read.on(basis).get(question.code)
        sample = weighing.sample(question, counted or Bins.of({}))
        on_basis[basis] = {_key(s): s for s in scores_of(wave, question, sample, registry, drawn)}
    disputed = (
        _verdicts_with_disputed(weighing, question, read.on()[question.code], drawn)
        if on_basis.keys() & set(SCREENING)
        else {}
    )
    parents = registry.parents()
    edition = _edition(wave)
    hidden = {
        basis: _telling(basis, on_basis[basis], official, parents, edition) for basis in on_basis
    }
    for basis, others in on_basis.items():
        # Of the drawn, the verified and the others one follows from the rest, where all count.
        not_shown = hidden[basis] if basis in MORE_OR_LESS else _of_either(hidden)
        for key in official.keys() & others.keys():
            score, other = official[key], others[key]
            if basis in SCREENING and (
                flag := screening_flag(score, other.verdict, disputed.get(key))
            ):
                score.flags = sorted({*score.flags, flag})
            if score.domain not in not_shown:
                fields = ("estimate", "low", "high", "n", "verdict")
                score.beside[basis.value] = {name: getattr(other, name) for name in fields}
                if score.edition > 1:
                    score.beside[basis.value] |= _claims(other)


def _verdicts_with_disputed(
    weighing: Weighing,
    question: Question,
    official_counts: Bins,
    drawn: Sequence[DrawnCell],
) -> dict[Key, str]:
    """The verdicts if only what mechanical rules found were set aside; empty where not known."""
    wave = weighing.wave
    if _edition(wave) == Edition.FIRST or wave.declared_method().screened == "count":
        return {}
    counted = with_disputed(wave, official_counts)
    if counted is None:
        return {}
    sample = weighing.sample(question, counted)
    scores = scores_of(wave, question, sample, weighing.registry, drawn)
    return {_key(score): score.verdict for score in scores}


def _edition(wave: Wave) -> Edition:
    return Edition(wave.declared_method().edition)


def _claims(score: Score) -> dict[str, Any]:
    """What the verdict on another basis may claim."""
    return {"evidence": score.evidence, "official": score.official, "strength": score.strength}


SCREENING = (Basis.WITH_SCREENED, Basis.WITHOUT_SCREENED)
MORE_OR_LESS = (*SCREENING, Basis.WITH_OWN)


def _telling(
    basis: Basis,
    others: dict[Key, Score],
    official: dict[Key, Score],
    parents: dict[int, int | None],
    edition: Edition,
) -> set[Domain]:
    """Where the figure on a basis, or its difference from the official one, would tell what a few
    people answered, there or where it follows by subtraction."""
    sizes = {}
    for key, other in others.items():
        counted = official[key].n if key in official else 0
        size = abs(other.n - counted) if basis in MORE_OR_LESS else other.n
        if size:
            sizes[other.domain] = size
    return suppress(sizes, parents, edition=edition)


def _of_either(hidden: dict[Basis, set[Domain]]) -> set[Domain]:
    return set().union(*(hidden.get(basis, set()) for basis in ALONE))


Key = tuple[Domain, str]
"""A domain and a measure."""


def _key(score: Score) -> Key:
    return score.domain, score.measure


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

    computation.outside_frame = [
        name(k) | {"answers": int(sample.given[sample.place == k].sum())}
        for k in sample.collapsed.unframed
    ]
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
