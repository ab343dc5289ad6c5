"""The order of a questionnaire's questions: groups with what is in them, moved as one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from surveys.expressions import ExpressionError, parse, references
from surveys.kinds import kind_of
from surveys.models import Question, Questionnaire


@dataclass
class Entry:
    """A question in the outline, with those in its group."""

    question: Question
    members: list[Entry] = field(default_factory=list)


def outline(questionnaire: Questionnaire) -> list[Entry]:
    """The questions in order; what names a group that is not there stands outside."""
    entries = [Entry(question) for question in questionnaire.questions.order_by("position", "pk")]
    groups = {e.question.code: e for e in entries if kind_of(e.question).opens_group}
    top: list[Entry] = []
    for entry in entries:
        group = groups.get(entry.question.group)
        (top if group is None or group is entry else group.members).append(entry)
    return top


def flat(entries: list[Entry]) -> Iterator[Question]:
    for entry in entries:
        yield entry.question
        yield from flat(entry.members)


@transaction.atomic
def move(question: Question, by: int) -> None:
    """One place up (-1) or down (1) among its neighbours, a group with all that is in it; at the
    end nothing changes."""
    top, siblings, here = _place(question)
    if 0 <= here + by < len(siblings):
        siblings.insert(here + by, siblings.pop(here))
    _number(top)


@transaction.atomic
def move_before(question: Question, other: str) -> None:
    """In front of the neighbour with this code; behind them all where it is empty. Raise
    ValidationError where it is no neighbour."""
    top, siblings, here = _place(question)
    moved = siblings.pop(here)
    codes = [entry.question.code for entry in siblings]
    if other and other not in codes:
        raise ValidationError(_("The order has changed meanwhile. Look at it and move once more."))
    siblings.insert(codes.index(other) if other else len(siblings), moved)
    _number(top)


def _place(question: Question) -> tuple[list[Entry], list[Entry], int]:
    """The whole outline, the neighbours of the question in it, and which of them it is."""
    top = outline(_to_be_changed(question.questionnaire_id))
    siblings = next(_siblings(top, question.pk))
    here = next(k for k, entry in enumerate(siblings) if entry.question.pk == question.pk)
    return top, siblings, here


def _siblings(entries: list[Entry], pk: int) -> Iterator[list[Entry]]:
    if any(entry.question.pk == pk for entry in entries):
        yield entries
    for entry in entries:
        yield from _siblings(entry.members, pk)


@transaction.atomic
def put_in_order(questionnaire: Questionnaire) -> None:
    """Number the questions as the outline shows them: a group, then what is in it."""
    _number(outline(_to_be_changed(questionnaire.pk)))


def _to_be_changed(pk: int) -> Questionnaire:
    locked = Questionnaire.objects.select_for_update().get(pk=pk)
    locked.check_not_frozen()
    return locked


def _number(top: list[Entry]) -> None:
    questions = list(flat(top))
    for position, question in enumerate(questions):
        question.position = position
    Question.objects.bulk_update(questions, ["position"])


@transaction.atomic
def take_out(question: Question) -> None:
    """Raise ValidationError where others need it."""
    questionnaire = _to_be_changed(question.questionnaire_id)
    others = questionnaire.questions.exclude(pk=question.pk)
    if question.is_overall:
        raise ValidationError(_("The overall rating stays: waves are judged by it."))
    if others.filter(group=question.code).exists():
        raise ValidationError(_("Take the questions out of this group first."))
    if needing := [other.code for other in others if question.code in _named_in(other)]:
        raise ValidationError(
            _("Conditions of other questions name it: %(codes)s. Change these first."),
            params={"codes": ", ".join(needing)},
        )
    question.delete()
    put_in_order(questionnaire)


def _named_in(question: Question) -> set[str]:
    named = set()
    for text in (question.relevant, question.constraint, question.calculation):
        try:
            named |= references(parse(text)) if text else set()
        except ExpressionError:
            continue
    return named
