"""Editing a questionnaire: the outline, one question open, and what citizens will see beside it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys import undoing
from surveys.access import may_run_waves, only_for
from surveys.acts import record
from surveys.arranging import flat, move, move_before, outline, put_in_order, take_out
from surveys.models import Act, FrozenError, Question, Questionnaire
from surveys.office.language_forms import SpeakForm
from surveys.office.question_forms import (
    NewQuestionForm,
    NewQuestionnaireForm,
    QuestionForm,
    TitlesForm,
)
from surveys.speaking import own_name
from surveys.translating import languages_in, to_check_in, untranslated
from surveys.undoing import keep
from surveys.versions import new_version
from surveys.xlsform.writing import write_form

OVERALL = {
    "code": "OV",
    "is_overall": True,
    "text_th": "ท่านพึงพอใจบริการนี้เพียงใด",
    "text_en": "How satisfied are you with this service?",
}


def core_or_404(pk: int) -> Questionnaire:
    """The own questions of agencies have their pages elsewhere."""
    return get_object_or_404(Questionnaire, pk=pk, is_add_on=False)


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """A questionnaire of one question, the overall rating; the others are added to it."""
    form = NewQuestionnaireForm(request.POST or None)
    if form.is_valid():
        with transaction.atomic():
            made = form.save()
            Question.objects.create(questionnaire=made, **OVERALL)
            record(Act.What.MAKE, made)
        return redirect("setup:edit", made.pk)
    return render(request, "setup/begin.html", {"form": form})


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    questionnaire = core_or_404(pk)
    form = TitlesForm(request.POST or None, instance=questionnaire)
    if form.is_valid() and _save(request, form, questionnaire):
        return redirect("setup:edit", pk)
    return _page(request, questionnaire, titles=form)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    questionnaire = core_or_404(pk)
    found = get_object_or_404(questionnaire.questions, code=code)
    form = QuestionForm(request.POST or None, instance=found)
    if form.is_valid() and _save(request, form, questionnaire):
        put_in_order(questionnaire)
        return redirect("setup:question", pk, code)
    return _page(request, questionnaire, question=found, form=form)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    questionnaire = core_or_404(pk)
    form = NewQuestionForm(questionnaire, request.POST or None)
    if form.is_valid() and _save(request, form, questionnaire):
        put_in_order(questionnaire)
        return redirect("setup:question", pk, form.instance.code)
    return _page(request, questionnaire, new=form)


@only_for(may_run_waves)
@require_POST
def arrange(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Move up, down, or take out, as the button says; or in front of another, as it was dragged."""
    questionnaire = core_or_404(pk)
    found = get_object_or_404(questionnaire.questions, code=code)
    step = request.POST.get("step", "")
    try:
        with transaction.atomic():
            keep(questionnaire)
            if step == "out":
                take_out(found)
                record(Act.What.DELETE, questionnaire, question=code, version=questionnaire.version)
                return redirect("setup:edit", pk)
            if step == "before":
                move_before(found, request.POST.get("other", ""))
            move(found, {"up": -1, "down": 1}.get(step, 0))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except FrozenError as error:
        messages.error(request, str(error))
    return redirect("setup:question", pk, code)


@only_for(may_run_waves)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    questionnaire = core_or_404(pk)
    try:
        with transaction.atomic():
            undoing.undo(questionnaire)
            record(Act.What.CHANGE, questionnaire, version=questionnaire.version, undone=True)
    except (ValidationError, FrozenError) as error:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
    else:
        messages.success(request, _("The last change has been undone."))
    return redirect("setup:edit", pk)


@only_for(may_run_waves)
@require_POST
def version(request: HttpRequest, pk: int) -> HttpResponse:
    made = new_version(core_or_404(pk))
    record(Act.What.MAKE, made, version=made.version)
    messages.success(request, _("%s has been made.") % made)
    return redirect("setup:edit", made.pk)


@only_for(may_run_waves)
@never_cache
@require_safe
def as_xlsform(request: HttpRequest, pk: int) -> FileResponse:
    questionnaire = core_or_404(pk)
    file = BytesIO()
    write_form(questionnaire, file)
    file.seek(0)
    name = f"{questionnaire.code}-v{questionnaire.version}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


@transaction.atomic
def _save(request: HttpRequest, form: forms.ModelForm, questionnaire: Questionnaire) -> bool:
    try:
        keep(questionnaire)
        form.save()
    except FrozenError as error:
        form.add_error(None, str(error))
        return False
    changed: dict[str, Any] = {
        "version": questionnaire.version,
        "fields": sorted(form.changed_data),
    }
    if isinstance(form.instance, Question):
        changed["question"] = form.instance.code
    record(Act.What.CHANGE, questionnaire, **changed)
    messages.success(request, _("Saved."))
    return True


def _page(request: HttpRequest, questionnaire: Questionnaire, **more: Any) -> HttpResponse:
    frozen = questionnaire.frozen_at is not None
    for form in more.values() if frozen else ():
        for field in getattr(form, "fields", {}).values():
            field.disabled = True
    entries = outline(questionnaire)
    missing = untranslated(flat(entries), languages_in(questionnaire))
    to_check = to_check_in(flat(entries))
    context = {
        "questionnaire": questionnaire,
        "outline": entries,
        "missing": missing,
        "languages": [
            (code, own_name(code), codes, to_check.get(code, [])) for code, codes in missing.items()
        ],
        "speak": SpeakForm(questionnaire),
        "frozen": frozen,
        "undoable": not frozen and questionnaire.snapshots.exists(),
    }
    return render(request, "setup/editor.html", context | more)
