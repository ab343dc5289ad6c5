"""Questionnaires: brought in as XLSForm, looked at, chosen for a wave."""

from __future__ import annotations

from typing import cast

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys.access import may_run_waves, only_for
from surveys.models import Questionnaire, User
from surveys.office.steps import address_after, context_of
from surveys.office.views import draft_or_404
from surveys.office.wave_forms import QuestionnaireForm
from surveys.setting_up import choose_questionnaire
from surveys.xlsform.reading import read_form
from surveys.xlsform.sheets import FormError
from surveys.xlsform.storing import store_form


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("XLSForm"),
        help_text=gettext_lazy("An .xlsx file with the sheets survey, choices and settings."),
    )


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def questionnaires(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            read = read_form(form.cleaned_data["file"])
            stored = store_form(read)
        except FormError as error:
            for problem in error.problems:
                form.add_error("file", str(problem))
        else:
            for warning in read.warnings:
                messages.warning(request, str(warning))
            messages.success(request, _("%s has been made.") % stored)
            return redirect("setup:questionnaires")
    found = Questionnaire.objects.filter(is_add_on=False).order_by("code", "-version")
    context = {"form": form, "found": found.annotate(number=Count("questions"))[:50]}
    return render(request, "setup/questionnaires.html", context)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, code: str) -> HttpResponse:
    wave = draft_or_404(code)
    chosen = {"questionnaire": wave.questionnaire_id}
    form = QuestionnaireForm(request.POST or None, initial=chosen)
    if form.is_valid():
        questionnaire = form.cleaned_data["questionnaire"]
        try:
            choose_questionnaire(wave, questionnaire, cast(User, request.user))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect(address_after(wave, "setup:questionnaire"))
    context = context_of(wave, "setup:questionnaire") | {
        "form": form,
        "questions": wave.questionnaire.questions.order_by("position", "code"),
    }
    return render(request, "setup/questionnaire.html", context)
