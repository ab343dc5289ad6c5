"""Which answers a question takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from responses.intake.conditions import Conditions
from responses.redaction import names_a_person, redact
from surveys.models import Question
from surveys.thai_dates import parse_date
from surveys.thai_text import normalise, parse_decimal

RATINGS = (1, 2, 3, 4, 5)
NOT_APPLICABLE = 0
NOT_APPLICABLE_TEXT = "n/a"  # where 0 is an answer, or no number is
TEXT_LIMIT = 2000
NUMBER_LIMIT = 10**15

Kind = Question.Kind


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
        self.by_code = {q.code: q for q in self.taken if q.kind not in Question.SILENT}
        self.overall = next((q for q in self if q.is_overall), None)
        self.ratings = {q.code: _ratings(q) for q in self.taken if q.kind == Kind.RATING}
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
    """The answers as they are stored, over those that are `known`; blanks left out, and what does
    not apply after the other answers. `complete`: no required one may be missing.

    Raise AnswerError at the first bad one.
    """
    asked = questions if isinstance(questions, Asked) else Asked(questions)
    by_code, ratings = asked.by_code, asked.ratings
    checked = dict(known) if known else {}
    for code, answer in answers.items():
        if type(answer) is int and answer in ratings.get(code, ()):  # nearly all of them
            checked[code] = answer
        elif code not in by_code:
            raise AnswerError(code, _("This questionnaire does not ask it on this channel."))
        elif answer not in (None, "", []):
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


def first_missing(asked: Asked, answers: Mapping[str, Any]) -> str | None:
    """The code of the first required question that applies and is not answered."""
    irrelevant = asked.conditions.state(answers).irrelevant if asked.conditions else ()
    return next(
        (q.code for q in asked.required if q.code not in answers and q.code not in irrelevant),
        None,
    )


def _check(question: Question, answer: Any) -> Any:
    if question.kind == Kind.RATING:
        return _check_rating(question, answer)
    if question.may_not_apply and answer in (NOT_APPLICABLE_TEXT, [NOT_APPLICABLE_TEXT]):
        return NOT_APPLICABLE_TEXT
    match question.kind:
        case Kind.SINGLE:
            if str(answer) not in _codes(question):
                raise AnswerError(question.code, _("Choose one of the answers offered."))
            return str(answer)
        case Kind.MULTIPLE:
            return _check_multiple(question, answer)
        case Kind.NUMBER:
            return _check_number(question, answer)
        case Kind.DATE:
            return _check_date(question, answer)
        case Kind.NPS:
            if isinstance(answer, bool) or str(answer).strip() not in map(str, range(11)):
                raise AnswerError(question.code, _("Choose a whole number from 0 to 10."))
            return int(answer)
    if not isinstance(answer, str):
        raise AnswerError(question.code, _("The answer is a text."))
    text = normalise(answer)
    if len(text) > TEXT_LIMIT:
        raise AnswerError(
            question.code,
            _("Please shorten this to %(limit)d characters.") % {"limit": TEXT_LIMIT},
        )
    redacted = redact(text)  # what is personal goes no further than here
    return redacted if len(redacted) <= TEXT_LIMIT else redacted[: TEXT_LIMIT - 1] + "…"


def _codes(question: Question) -> list[str]:
    return [str(choice["code"]) for choice in question.choices]


def _ratings(question: Question) -> tuple[int, ...]:
    return RATINGS if question.is_overall else (NOT_APPLICABLE, *RATINGS)


def _check_rating(question: Question, answer: Any) -> int:
    allowed = _ratings(question)
    try:
        rating = int(answer)
    except (TypeError, ValueError, OverflowError):
        rating = -1
    if isinstance(answer, bool) or rating not in allowed or str(rating) != str(answer).strip():
        raise AnswerError(question.code, _("A rating is a whole number from 1 to 5."))
    return rating


def _check_multiple(question: Question, answer: Any) -> list[str]:
    """In the order of the choices; a text names them with spaces between, as XLSForm does."""
    given = answer.split() if isinstance(answer, str) else answer
    if not isinstance(given, list | tuple):
        given = [given]
    chosen, codes = {str(code) for code in given}, _codes(question)
    if NOT_APPLICABLE_TEXT in chosen and question.may_not_apply:
        raise AnswerError(
            question.code, _("Choose either “does not apply” or the answers that do.")
        )
    if not chosen <= set(codes):
        raise AnswerError(question.code, _("Choose among the answers offered."))
    return [code for code in codes if code in chosen]


def _check_number(question: Question, answer: Any) -> int | float:
    try:
        if isinstance(answer, bool):
            raise ValueError(answer)
        number = parse_decimal(str(answer))
    except ValueError:
        raise AnswerError(question.code, _("Write a number, such as 12 or 3.5.")) from None
    if abs(number) >= NUMBER_LIMIT:
        raise AnswerError(question.code, _("This number is too large."))
    whole = number == number.to_integral_value()
    if whole and names_a_person(str(int(number))):
        raise AnswerError(
            question.code, _("This is a citizen number, which is not kept. Please leave it out.")
        )
    if not whole and question.extra.get("type") == "integer":
        raise AnswerError(question.code, _("Write a whole number."))
    return int(number) if whole else float(number)


def _check_date(question: Question, answer: Any) -> str:
    try:
        return parse_date(str(answer)).isoformat()
    except ValueError:
        raise AnswerError(
            question.code, _("Write a date as day/month/year, such as 31/01/2569.")
        ) from None
