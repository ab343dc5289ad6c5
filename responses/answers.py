"""Which answers a question takes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from surveys.models import Question

RATINGS = (1, 2, 3, 4, 5)
NOT_APPLICABLE = 0
TEXT_LIMIT = 2000


class AnswerError(ValueError):
    """An answer that its question does not take: the question's code and what to do."""

    def __init__(self, question: str, message: str) -> None:
        super().__init__(f"{question}: {message}")
        self.question = question
        self.message = message


class Answerable:
    """The questions put on one channel. Each rating of each is looked at once."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self._by_code = {question.code: question for question in questions}
        self._known: dict[tuple[str, int], int] = {}

    def check(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers as they are stored; blanks left out. Raise AnswerError at the first bad
        one."""
        checked = {}
        known = self._known
        for code, answer in answers.items():
            if answer.__class__ is int and (code, answer) in known:
                checked[code] = known[code, answer]
            elif code not in self._by_code:
                raise AnswerError(code, _("This questionnaire does not ask it on this channel."))
            elif answer not in (None, ""):
                checked[code] = self._look_at(self._by_code[code], answer)
        return checked

    def _look_at(self, question: Question, answer: Any) -> Any:
        checked = _check(question, answer)
        if question.kind == Question.Kind.RATING and answer.__class__ is int:
            self._known[question.code, answer] = checked
        return checked


def check_answers(questions: Iterable[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are stored; blanks left out. Raise AnswerError at the first bad one."""
    return Answerable(questions).check(answers)


def _check(question: Question, answer: Any) -> Any:
    match question.kind:
        case Question.Kind.RATING:
            return _check_rating(question, answer)
        case Question.Kind.SINGLE:
            codes = [choice["code"] for choice in question.choices]
            if str(answer) not in codes:
                raise AnswerError(question.code, _("Choose one of the answers offered."))
            return str(answer)
        case _:
            text = str(answer).strip()
            if len(text) > TEXT_LIMIT:
                raise AnswerError(
                    question.code,
                    _("Please shorten this to %(limit)d characters.") % {"limit": TEXT_LIMIT},
                )
            return text


def _check_rating(question: Question, answer: Any) -> int:
    allowed = RATINGS if question.is_overall else (NOT_APPLICABLE, *RATINGS)
    try:
        rating = int(answer)
    except (TypeError, ValueError):
        rating = -1
    if isinstance(answer, bool) or rating not in allowed or str(rating) != str(answer).strip():
        raise AnswerError(question.code, _("A rating is a whole number from 1 to 5."))
    return rating
