"""Languages beside Thai and English: which there are, what pages and versions say in them."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from surveys.access import may_run_waves, only_for
from surveys.acts import record
from surveys.models import Act, FrozenError, Language
from surveys.office.editing_views import core_or_404
from surveys.office.language_forms import (
    LanguageForm,
    PhrasesForm,
    SpeakForm,
    TranslationForm,
    said_on_pages,
)
from surveys.undoing import keep


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def languages(request: HttpRequest) -> HttpResponse:
    form = LanguageForm(request.POST or None)
    if form.is_valid():
        with transaction.atomic():
            record(Act.What.MAKE, form.save())
        return redirect("setup:phrases", form.instance.code)
    said = said_on_pages()
    found = [
        (each, sum(text not in each.phrases for text in said)) for each in Language.objects.all()
    ]
    context = {"form": form, "found": found, "number": len(said)}
    return render(request, "setup/languages.html", context)


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def phrases(request: HttpRequest, language: str) -> HttpResponse:
    found = get_object_or_404(Language, code=language)
    form = PhrasesForm(found, request.POST or None)
    if form.is_valid():
        with transaction.atomic():
            form.save()
            record(Act.What.CHANGE, found, fields=["phrases"])
        messages.success(request, _("Saved."))
        return redirect("setup:phrases", language)
    return render(request, "setup/phrases.html", {"form": form, "language": found})


@only_for(may_run_waves)
@require_POST
def speak(request: HttpRequest, pk: int) -> HttpResponse:
    """A further language for this version: its words are asked for on the page that follows."""
    questionnaire = core_or_404(pk)
    form = SpeakForm(questionnaire, request.POST)
    if not form.is_valid():
        return redirect("setup:edit", pk)
    language = form.cleaned_data["language"]
    questionnaire.translations[language.code] = {"title": ""}
    version = questionnaire.version
    try:
        with transaction.atomic():
            keep(questionnaire)
            questionnaire.save()
            record(Act.What.CHANGE, questionnaire, version=version, language=language.code)
    except FrozenError as error:
        messages.error(request, str(error))
        return redirect("setup:edit", pk)
    return redirect("setup:translate", pk, language.code)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def translate(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """What the version says in one further language, beside Thai and English."""
    questionnaire = core_or_404(pk)
    spoken = get_object_or_404(Language, code=language, code__in=questionnaire.translations)
    frozen = questionnaire.frozen_at is not None
    form = TranslationForm(questionnaire, spoken, request.POST or None)
    if frozen:
        for field in form.fields.values():
            field.disabled = True
    elif form.is_valid():
        with transaction.atomic():
            keep(questionnaire)
            form.save()
            version = questionnaire.version
            record(Act.What.CHANGE, questionnaire, version=version, language=language)
        messages.success(request, _("Saved."))
        return redirect("setup:translate", pk, language)
    context = {"form": form, "language": spoken, "questionnaire": questionnaire, "frozen": frozen}
    return render(request, "setup/translate.html", context)
