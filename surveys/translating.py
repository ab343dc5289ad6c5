"""What of a questionnaire has words in which language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from surveys.kinds import kind_of
from surveys.languages import ENGLISH, OWN, THAI
from surveys.models import Question, Questionnaire

TEXTS = ("text", "hint", "constraint_message")


def languages_in(questionnaire: Questionnaire) -> list[str]:
    """Thai, English, then the further ones of this version."""
    return [*OWN, *sorted(questionnaire.translations)]


def words_of(question: Question, name: str, language: str) -> str:
    if language in OWN:
        return str(getattr(question, f"{name}_{language}"))
    return str(question.translations.get(language, {}).get(name, ""))


def said_in(question: Question, language: str) -> dict[str, str]:
    """All that the question says in this language, by what says it; empty where it is silent."""
    texts = {name: words_of(question, name, language) for name in TEXTS}
    choices = {f"choice {each['code']}": str(each.get(language) or "") for each in question.choices}
    said = ((name, " ".join(words.split())) for name, words in (texts | choices).items())
    return {name: words for name, words in said if words}


def still_to_check(before: Question, after: Question) -> list[str]:
    """The languages whose words nobody has looked at since the Thai was changed: an earlier
    change, or this one. Words that are new were written for the Thai as it is."""
    first, now = said_in(before, THAI), said_in(after, THAI)
    reworded = any(
        now.get(name, "" if name in TEXTS else words) != words for name, words in first.items()
    )
    return [
        language
        for language in (ENGLISH, *sorted(after.translations))
        if (reworded or language in before.to_check)
        and (words := said_in(after, language))
        and words == said_in(before, language)
    ]


def to_check_in(questions: Iterable[Question]) -> dict[str, list[str]]:
    """By language the codes of the questions whose words are to be checked."""
    found: dict[str, list[str]] = {}
    for question in questions:
        for language in question.to_check:
            found.setdefault(language, []).append(question.code)
    return found


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
