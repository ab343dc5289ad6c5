"""What a client is to ask, and of which services it may send."""

from __future__ import annotations

from typing import Any

from responses.intake.door import Door
from surveys.kinds import kind_of
from surveys.languages import OWN
from surveys.models import Channel, Question, Service
from surveys.models.questionnaire import further
from surveys.translating import words_of


def questionnaire_as_data(door: Door, service: Service, channel: Channel) -> dict[str, Any]:
    wave = door.wave
    return {
        "wave": wave.code,
        "ends_on": wave.ends_on.isoformat(),
        "service": service.code,
        "channel": channel.code,
        "questionnaire": wave.questionnaire.code,
        "version": wave.questionnaire.version,
        "title": {"th": wave.questionnaire.title_th, "en": wave.questionnaire.title_en}
        | further(wave.questionnaire.translations, "title"),
        "questions": [
            _question(question)
            for question in door.asked(service, channel)
            if kind_of(question).in_form
        ],
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "code": question.code,
        "kind": question.kind,
        "overall": question.is_overall,
        "dimension": question.dimension.code if question.dimension else None,
        "add_on": question.questionnaire.code if question.questionnaire.is_add_on else None,
        "text": _in_languages(question, "text"),
        "hint": _in_languages(question, "hint"),
        "required": question.required or question.is_overall,
        "may_not_apply": question.offers_not_applicable,
        "group": question.group or None,
        "relevant": question.relevant,
        "constraint": question.constraint,
        "constraint_message": _in_languages(question, "constraint_message"),
        "calculation": question.calculation,
        **kind_of(question).as_data(question),
    }


def _in_languages(question: Question, name: str) -> dict[str, str]:
    """In Thai, English and what further languages it has words in."""
    languages = [*OWN, *sorted(question.translations)]
    return {language: words_of(question, name, language) for language in languages}
