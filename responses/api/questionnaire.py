"""What a client is to ask, and of which services it may send."""

from __future__ import annotations

from typing import Any

from responses.intake.answers import NOT_APPLICABLE, RATINGS, TEXT_LIMIT
from responses.intake.door import Door
from surveys.models import Channel, Question, Service


def questionnaire_as_data(door: Door, service: Service, channel: Channel) -> dict[str, Any]:
    wave = door.wave
    return {
        "wave": wave.code,
        "ends_on": wave.ends_on.isoformat(),
        "service": service.code,
        "channel": channel.code,
        "questionnaire": wave.questionnaire.code,
        "version": wave.questionnaire.version,
        "title": {"th": wave.questionnaire.title_th, "en": wave.questionnaire.title_en},
        "questions": [
            _question(question)
            for question in door.asked(service, channel)
            if question.kind != Question.Kind.HIDDEN
        ],
    }


def _question(question: Question) -> dict[str, Any]:
    data = {
        "code": question.code,
        "kind": question.kind,
        "overall": question.is_overall,
        "dimension": question.dimension.code if question.dimension else None,
        "add_on": question.questionnaire.code if question.questionnaire.is_add_on else None,
        "text": {"th": question.text_th, "en": question.text_en},
        "hint": {"th": question.hint_th, "en": question.hint_en},
        "required": question.required or question.is_overall,
        "may_not_apply": question.offers_not_applicable,
        "group": question.group or None,
        "relevant": question.relevant,
        "constraint": question.constraint,
        "constraint_message": {
            "th": question.constraint_message_th,
            "en": question.constraint_message_en,
        },
        "calculation": question.calculation,
    }
    match question.kind:
        case Question.Kind.RATING:
            applies = () if question.is_overall else (NOT_APPLICABLE,)
            data["values"] = [*applies, *RATINGS]
        case Question.Kind.TEXT:
            data["max_length"] = TEXT_LIMIT
        case _:
            data["choices"] = [
                choice | {"code": str(choice["code"])} for choice in question.choices
            ]
    return data
