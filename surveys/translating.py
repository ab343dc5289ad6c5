"""What of a questionnaire has words in which language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from surveys.kinds import kind_of
from surveys.languages import OWN
from surveys.models import Question, Questionnaire

TEXTS = ("text", "hint", "constraint_message")


def languages_in(questionnaire: Questionnaire) -> list[str]:
    """Thai, English, then the further ones of this version."""
    return [*OWN, *sorted(questionnaire.translations)]


def words_of(question: Question, name: str, language: str) -> str:
    if language in OWN:
        return str(getattr(question, f"{name}_{language}"))
    return str(question.translations.get(language, {}).get(name, ""))


def lacks(question: Question, language: str) -> bool:
    """Whether something that citizens read has no words in this language."""
    return any(said and not here for said, here in _pairs(question, language))


def _pairs(question: Question, language: str) -> Iterator[tuple[Any, Any]]:
    if kind_of(question).in_form:
        for name in TEXTS:
            yield words_of(question, name, "th"), words_of(question, name, language)
        choices: list[Mapping[str, Any]] = question.choices
        yield from ((choice.get("th"), choice.get(language)) for choice in choices)


def untranslated(
    questions: Iterable[Question], languages: Iterable[str] = OWN
) -> dict[str, list[str]]:
    """By language the codes of the questions that lack words."""
    asked = list(questions)
    return {code: [each.code for each in asked if lacks(each, code)] for code in languages}


def complete_in(language: str, questions: Iterable[Question]) -> bool:
    return not any(lacks(question, language) for question in questions)
