"""What an XLSForm says is stored as a new version of a questionnaire."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from surveys.models import Agency, Channel, Dimension, Language, Question, Questionnaire
from surveys.models.add_on import check_add_on
from surveys.xlsform.columns import header_of
from surveys.xlsform.reading import Form, at
from surveys.xlsform.sheets import FormError, Problem

SETTINGS = {"code": "form_id", "title_th": "form_title", "title_en": "opdc_title_en"}


@transaction.atomic
def store_form(
    form: Form, code: str = "", *, add_on: bool = False, owner: Agency | None = None
) -> Questionnaire:
    """The form as a new version of the questionnaire of this code. Raise FormError."""
    code = code or form.code
    last = Questionnaire.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    questionnaire = Questionnaire(
        code=code,
        version=last + 1,
        title_th=form.title_th or code,
        title_en=form.title_en,
        translations={code: {"title": form.titles.get(code, "")} for code in form.languages},
        extra=form.extra,
        is_add_on=add_on,
        owner=owner,
    )
    problems = _problems_of(questionnaire, Problem("", "settings"), SETTINGS)
    if problems:
        raise FormError(*problems)
    questionnaire.save()
    for language, name in form.languages.items():
        Language.objects.get_or_create(code=language, defaults={"name": name[:60]})
    dimensions = Dimension.objects.in_bulk(field_name="code")
    channels = Channel.objects.in_bulk(field_name="code")
    for position, fields in enumerate(form.questions, 1):
        fields = dict(fields)
        place = Problem("", "survey", fields.pop("row_number", 0))
        only_on = fields.pop("channels").split()
        dimension = fields.pop("dimension")
        unknown = [
            at(place, _("“%s” is not in the registry.") % name, header_of(column, form.columns))
            for column, known, names in (
                ("dimension", dimensions, [dimension] if dimension else []),
                ("channels", channels, only_on),
            )
            for name in names
            if name not in known
        ]
        question = Question(
            questionnaire=questionnaire,
            position=position,
            dimension=dimensions.get(dimension),
            **fields,
        )
        wrong = unknown + _problems_of(question, place, form.columns)
        problems += wrong
        if not wrong:
            question.save()
            question.channels.set([channels[name] for name in only_on])
    if problems:
        raise FormError(*problems)
    if add_on:
        try:
            check_add_on(questionnaire, list(questionnaire.questions.all()))
        except ValidationError as error:
            problems = [Problem(message, "survey") for message in error.messages]
            raise FormError(*problems) from error
    return questionnaire


def _problems_of(
    record: Questionnaire | Question, place: Problem, columns: Mapping[str, str]
) -> list[Problem]:
    try:
        record.full_clean()
    except ValidationError as error:
        return [
            at(place, " ".join(messages), header_of(name, columns) if name != "__all__" else "")
            for name, messages in error.message_dict.items()
        ]
    return []
