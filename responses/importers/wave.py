"""The wave that a file is imported into, made as the mapping declares it where it is new."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from responses.importers.mapping import ColumnMapping, MappingError
from surveys.add_ons import every_question
from surveys.kinds import KINDS
from surveys.kinds.base import Chooses
from surveys.method import Method, default_method
from surveys.models import Frame, Question, Questionnaire, Wave
from surveys.thai_dates import fiscal_year_be
from surveys.waves import open_wave


def wave_for(mapping: ColumnMapping, code: str, *, create: bool) -> Wave:
    """The wave with this code, open if it is made here. Raise MappingError."""
    code = code or mapping.wave.code
    if not code:
        raise MappingError(_("Name the wave with --wave, or as wave.code in the mapping."))
    wave = Wave.objects.select_related("questionnaire", "frame").filter(code=code).first()
    if wave is None:
        if not create:
            raise MappingError(
                _("There is no wave %(wave)s. Make it with --create.") % {"wave": code}
            )
        wave = _make(mapping, code)
    if (mapping.stratum or mapping.psu) and wave.declared_method().clusters != "supplied":
        raise MappingError(
            _(
                "The mapping names strata or sampling units, but wave %(wave)s does not declare"
                " them. Its method needs clusters = “supplied” and weighting = “supplied”."
            )
            % {"wave": wave.code}
        )
    asked = {question.code: question.kind for question in every_question(wave)}
    for question, answer in mapping.answers.items():
        if asked.get(question) != answer.kind:
            raise MappingError(
                _("Questionnaire %(questionnaire)s has no question %(code)s of kind %(kind)s.")
                % {
                    "questionnaire": wave.questionnaire,
                    "code": question,
                    "kind": KINDS[answer.kind].label,
                }
            )
    return wave


@transaction.atomic
def _make(mapping: ColumnMapping, code: str) -> Wave:
    declared = mapping.wave
    if not (declared.starts_on and declared.ends_on):
        raise MappingError(
            _("To make wave %(wave)s the mapping needs wave.starts_on and wave.ends_on.")
            % {"wave": code}
        )
    try:
        questionnaire = _questionnaire(mapping)
        frame = Frame.objects.filter(code=code).first() or Frame(code=code, source=mapping.source)
        if frame.pk is None:
            frame.full_clean()
            frame.save()
        wave = Wave(
            code=code,
            title_th=declared.title_th or declared.title_en or code,
            title_en=declared.title_en,
            fiscal_year=declared.fiscal_year or fiscal_year_be(declared.ends_on),
            starts_on=declared.starts_on,
            ends_on=declared.ends_on,
            questionnaire=questionnaire,
            frame=frame,
            method=Method.from_dict(default_method() | declared.method).to_dict(),
        )
        wave.full_clean()
        wave.save()
        return open_wave(wave)
    except ValidationError as error:
        raise MappingError(
            _("Wave %(wave)s cannot be made: %(why)s")
            % {"wave": code, "why": "; ".join(error.messages)}
        ) from error


def _questionnaire(mapping: ColumnMapping) -> Questionnaire:
    """The newest version of the questionnaire that the mapping names, or a minimal one."""
    declared = mapping.questionnaire
    if not declared.code:
        raise MappingError(_("“%(entry)s” is missing.") % {"entry": "questionnaire.code"})
    versions = Questionnaire.objects.filter(code=declared.code).order_by("-version")
    if questionnaire := versions.first():
        return questionnaire
    questionnaire = Questionnaire(
        code=declared.code,
        title_th=declared.title_th or declared.title_en or declared.code,
        title_en=declared.title_en,
    )
    questionnaire.full_clean()
    questionnaire.save()
    for position, (code, answer) in enumerate(mapping.answers.items(), 1):
        if KINDS[answer.kind].chooses is not Chooses.NOTHING:
            raise MappingError(
                _("Questionnaire %(questionnaire)s must exist: a mapping cannot make choices.")
                % {"questionnaire": declared.code}
            )
        question = Question(
            questionnaire=questionnaire,
            code=code,
            kind=answer.kind,
            is_overall=code == declared.overall,
            text_th=answer.text_th or answer.text_en or code,
            text_en=answer.text_en,
            position=position,
        )
        question.full_clean()
        question.save()
    return questionnaire
