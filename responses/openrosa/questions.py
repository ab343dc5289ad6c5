"""A questionnaire as a device asks it: what the pages ask, and nothing else.

What an imported XLSForm has besides (defaults, filters, questions that are kept and not asked)
stays out: a citizen is asked the same, whichever way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import partial
from typing import Any

from surveys.expressions import with_references
from surveys.kinds import kind_of
from surveys.models import Question
from surveys.translating import words_of

ROOT = "data"
POINT, START, END = "_point", "_start", "_end"  # no code begins with _
_TAKEN = frozenset({ROOT, "meta", "instanceID", "instanceName"})
_XML_NAME = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"\$\{")
_EXPRESSIONS = ("relevant", "constraint", "calculation")
_TEXTS = ("text", "hint", "constraint_message")


def node_names(questions: Iterable[Question]) -> dict[str, str]:
    """The element of each question by its code: the code, unless no element can be called so."""
    return {
        question.code: question.code
        if _XML_NAME.fullmatch(question.code) and question.code not in _TAKEN
        else f"_{number}"
        for number, question in enumerate(questions, 1)
    }


def as_asked_on_devices(
    questions: Sequence[Question], languages: Iterable[str] = ()
) -> list[Question]:
    """Copies to be written as an XLSForm, each code the name of its element. What has no words in
    one of the further `languages` is in English there, else in Thai."""
    names = node_names(questions)
    by_code = {question.code: question for question in questions}
    asked = [_adapted(q, names, by_code) for q in questions if _has_element(q)]
    for own in asked:
        own.translations = {code: _words(own, code) for code in languages}
        own.choices = [_choice_in(choice, languages) for choice in own.choices]
    return asked


def _words(own: Question, language: str) -> dict[str, str]:
    return {
        name: clean(words_of(own, name, language)) or getattr(own, f"{name}_en") for name in _TEXTS
    }


def _choice_in(choice: Mapping[str, Any], languages: Iterable[str]) -> dict[str, str]:
    return {**choice} | {code: clean(str(choice.get(code) or "")) for code in languages}


def _has_element(question: Question) -> bool:
    kind = kind_of(question)
    return kind.in_form and (bool(question.calculation) or not kind.calculates)


def _adapted(
    question: Question, names: Mapping[str, str], by_code: Mapping[str, Question]
) -> Question:
    own = copy(question)
    own.code = names[question.code]
    own.group = names.get(question.group, "")
    own.extra = {"type": str(question.extra.get("type", ""))}
    own.choices = [_choice(choice) for choice in question.choices]
    for name in _EXPRESSIONS:
        text = getattr(question, name)
        setattr(own, name, with_references(text, partial(_value, names=names, by_code=by_code)))
    for name in _TEXTS:
        thai = clean(getattr(question, f"{name}_th"))
        setattr(own, f"{name}_th", thai)
        setattr(own, f"{name}_en", clean(getattr(question, f"{name}_en")) or thai)
    own.required = question.required or question.is_overall
    if question.offers_not_applicable:
        kind_of(question).offer_not_applicable(own)
        if own.constraint:
            not_applicable = kind_of(question).not_applicable
            own.constraint = f". = '{not_applicable}' or ({own.constraint})"
    return own


def _value(code: str, names: Mapping[str, str], by_code: Mapping[str, Question]) -> str:
    """The answer as conditions.py sees it: blank where it does not apply, or where the
    question is not asked."""
    question = by_code.get(code)
    if question is None or not _has_element(question):
        return "''"
    answer = f"${{{names[code]}}}"
    if question.offers_not_applicable:
        return f"if({answer} = '{kind_of(question).not_applicable}', '', {answer})"
    return answer


def _choice(choice: Mapping[str, Any]) -> dict[str, str]:
    code = str(choice["code"])
    english = clean(str(choice.get("en") or ""))
    thai = clean(str(choice.get("th") or "")) or english or code
    return {**choice, "code": code, "th": thai, "en": english or thai}


def clean(text: str) -> str:
    """Without what XML cannot hold, and without references, which the pages do not resolve."""
    return _REFERENCE.sub("{", _NOT_XML.sub("", text)).strip()
