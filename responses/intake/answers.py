"""Which answers a question takes."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from responses.intake.conditions import Conditions
from responses.redaction import names_a_person, redact
from surveys.kinds import kind_of
from surveys.kinds.base import AnswerRefused
from surveys.kinds.writing import TEXT_LIMIT
from surveys.models import Question


class AnswerError(ValueError):
    """An answer that its question does not take: the question's code and what to do."""

    def __init__(self, question: str, message: str) -> None:
        super().__init__(f"{question}: {message}")
        self.question = question
        self.message = message


class Asked(list[Question]):
    """The questions put to somebody, in order, made ready to check many answers.

    `retired` are asked no longer; answers from a page or device that still did are taken.
    """

    def __init__(
        self, questions: Iterable[Question] = (), *, retired: Iterable[Question] = ()
    ) -> None:
        super().__init__(questions)
        self.taken = [*self, *retired]
        self.key = (len(self), *(question.pk for question in self.taken))
        self.by_code = {q.code: q for q in self.taken if kind_of(q).answered}
        self.overall = next((q for q in self if q.is_overall), None)
        self.whole_numbers = {q.code: kind_of(q).whole_numbers(q) for q in self.taken}
        self.required = [q for q in self if q.required and q.code in self.by_code]
        self.conditions = Conditions(self.taken) if any(map(_conditional, self.taken)) else None


def _conditional(question: Question) -> bool:
    return bool(question.relevant or question.constraint or question.calculation)


def check_answers(
    questions: Iterable[Question],
    answers: Mapping[str, Any],
    *,
    known: Mapping[str, Any] | None = None,
    complete: bool = False,
) -> dict[str, Any]:
    """The answers as they are stored, over those that are `known`: a blank takes one back, but
    never the overall rating. What does not apply after the other answers is left out. `complete`:
    no required one may be missing.

    Raise AnswerError at the first bad one.
    """
    asked = questions if isinstance(questions, Asked) else Asked(questions)
    by_code, whole_numbers = asked.by_code, asked.whole_numbers
    checked = dict(known) if known else {}
    for code, answer in answers.items():
        if type(answer) is int and answer in whole_numbers.get(code, ()):  # nearly all of them
            checked[code] = answer
        elif code not in by_code:
            raise AnswerError(code, _("This questionnaire does not ask it on this channel."))
        elif answer in (None, "", []):
            if asked.overall is None or code != asked.overall.code:
                checked.pop(code, None)
        else:
            checked[code] = _check(by_code[code], answer)
    if asked.conditions:
        checked = _settle(asked, asked.conditions, checked)
    if complete and asked.required:
        _check_required(asked, checked)
    return checked


def _settle(asked: Asked, conditions: Conditions, answers: dict[str, Any]) -> dict[str, Any]:
    """Without the answers to questions that do not apply; the others fulfil their constraints."""
    state = conditions.state(answers)
    for code in conditions.constrained:
        if not state.fits(code):
            raise AnswerError(code, constraint_message(asked.by_code[code]))
    return {code: answer for code, answer in answers.items() if code not in state.irrelevant}


def constraint_message(question: Question) -> str:
    return question.constraint_message or _("This answer does not fit. Please check it.")


def _check_required(asked: Asked, answers: Mapping[str, Any]) -> None:
    if code := first_missing(asked, answers):
        raise AnswerError(code, _("Please answer this question."))


def first_missing(
    asked: Asked, answers: Mapping[str, Any], within: Container[str] | None = None
) -> str | None:
    """The code of the first required question (`within` these) that applies and is not answered."""
    irrelevant = asked.conditions.state(answers).irrelevant if asked.conditions else ()
    return next(
        (
            q.code
            for q in asked.required
            if q.code not in answers
            and q.code not in irrelevant
            and (within is None or q.code in within)
        ),
        None,
    )


def _check(question: Question, answer: Any) -> Any:
    kind = kind_of(question)
    try:
        checked = kind.check(question, answer)
    except AnswerRefused as refused:
        raise AnswerError(question.code, str(refused)) from None
    if kind.refuses_citizen_numbers and type(checked) is int and names_a_person(str(checked)):
        raise AnswerError(
            question.code, _("This is a citizen number, which is not kept. Please leave it out.")
        )
    return _redacted(checked) if kind.free_text else checked


def _redacted(text: str) -> str:
    """Without what is personal, which goes no further than here."""
    redacted = redact(text)
    return redacted if len(redacted) <= TEXT_LIMIT else redacted[: TEXT_LIMIT - 1] + "…"
