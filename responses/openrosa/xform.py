"""A form as XForm XML, made by pyxform from the XLSForm that this product writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import md5
from importlib.metadata import version
from threading import Lock

import msgspec
from django.core.cache import cache

from responses.intake.asking import asked_in
from responses.intake.doors import points_of
from responses.openrosa.forms import Form
from responses.openrosa.questions import END, POINT, ROOT, START, as_asked_on_devices, clean
from surveys.kinds import kind_of
from surveys.models import (
    Channel,
    Language,
    Question,
    Questionnaire,
    Service,
    ServicePoint,
    Wave,
)
from surveys.remembered import remembered
from surveys.speaking import spoken_in
from surveys.waves import digest
from surveys.xlsform.columns import CANONICAL
from surveys.xlsform.writing import CHOICES, form_sheets

KEPT_FOR = 7 * 24 * 3600
POINTS_LIST = "_points"
LANGUAGE = "ไทย (th)"
PYXFORM = version("pyxform")

Row = dict[str, str]

_pyxform = Lock()  # it does not say that it may run in several threads


@dataclass(frozen=True)
class Sheets:
    """What is asked, without the form's own title and id."""

    survey: list[Row]
    choices: list[Row]
    digest: str


class UnfitError(Exception):
    """pyxform does not take the questionnaire; the message says why."""


def version_of(form: Form) -> str:
    """Changes with everything that the form shows or asks, and with nothing else."""
    made_from = [_sheets(form).digest, form.form_id, form.title, PYXFORM]
    return f"{form.wave.questionnaire.version}-{digest(made_from)[:12]}"


def md5_of(form: Form) -> str:
    """The digest of the XForm, as form lists give it. Raise UnfitError."""
    key = f"openrosa-md5:{form.form_id}:{version_of(form)}"
    known = cache.get(key)
    if known is None:
        known = md5(xform(form).encode(), usedforsecurity=False).hexdigest()
        cache.set(key, known, KEPT_FOR)
    return known


def xform(form: Form) -> str:
    """Raise UnfitError."""
    settings = {
        "form_title": form.title,
        "form_id": form.form_id,
        "version": version_of(form),
        "default_language": LANGUAGE,
    }
    sheets = _sheets(form)
    return _converted(
        msgspec.json.encode(
            {"survey": sheets.survey, "choices": sheets.choices, "settings": [settings]}
        )
    )


@lru_cache(maxsize=32)
def _converted(sheets: bytes) -> str:
    # Takes a third of a second to load, which no other request should wait for.
    from pyxform.xls2xform import convert

    try:
        with _pyxform:
            return convert(msgspec.json.decode(sheets), form_name=ROOT).xform
    except Exception as error:  # PyXFormError, and now and then what its parser stumbled over
        raise UnfitError(str(error)) from error


def _sheets(form: Form) -> Sheets:
    in_person = form.channel.family == Channel.Family.IN_PERSON
    return _written(
        form.wave.pk, form.service, form.channel, form.service.agency_id if in_person else None
    )


@remembered
def _written(wave_id: int, service: Service, channel: Channel, agency_id: int | None) -> Sheets:
    """Survey and choices, with the points of an agency where citizens go to one."""
    languages = spoken_in(Wave.objects.select_related("questionnaire").get(pk=wave_id))
    codes = [each.code for each in languages]
    questions = as_asked_on_devices(asked_in(wave_id, service, channel), codes)
    sheets = form_sheets(Questionnaire(translations={code: {} for code in codes}), questions)
    survey, choices = [_without_own(row) for row in sheets["survey"][1]], sheets["choices"][1]
    _show_groups_on_one_screen(survey, questions)
    points = points_of(agency_id) if agency_id else []
    if points:
        survey = [_point_question(), *survey]
        choices = [*choices, *map(_point_choice, points)]
    _say_the_rest(survey + choices, languages)
    times = [{"type": "start", "name": START}, {"type": "end", "name": END}]
    survey = [*times, *survey]
    return Sheets(survey, choices, digest([survey, choices]))


def _without_own(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("opdc_")}


def _show_groups_on_one_screen(survey: Sequence[Row], questions: Sequence[Question]) -> None:
    """A matrix is answered on one screen; a group with groups in it is not one."""
    outer = {q.group for q in questions if kind_of(q).opens_group}
    for row in survey:
        if row["type"] == "begin_group" and row["name"] not in outer:
            row["appearance"] = "field-list"


def _say_the_rest(rows: Sequence[Row], languages: Sequence[Language]) -> None:
    """What is no question's own, as the words of the scale, is said as on pages."""
    english = CHOICES["en"]
    for language in languages:
        for row in rows:
            if said := row.get(english):
                row.setdefault(f"label::{language}", language.phrases.get(said) or said)


def _point_question() -> Row:
    return {
        "type": f"select_one {POINTS_LIST}",
        "name": POINT,
        CANONICAL["text_th"]: "จุดบริการ",
        CANONICAL["text_en"]: "Service point",
        "appearance": "minimal autocomplete",
        "default": f"${{last-saved#{POINT}}}",
    }


def _point_choice(point: ServicePoint) -> Row:
    thai = clean(point.name_th)
    return {
        CHOICES["list_name"]: POINTS_LIST,
        CHOICES["code"]: point.code,
        CHOICES["th"]: thai,
        CHOICES["en"]: clean(point.name_en) or thai,
    }
