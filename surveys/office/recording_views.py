"""Recordings of a version's overall question: handed in, listened to, taken out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from surveys.access import may_run_waves, only_for
from surveys.acts import record
from surveys.models import Act, FrozenError, Questionnaire, Recording
from surveys.office.editing_views import core_or_404
from surveys.recordings import LARGEST, check_sound, keep_recording, words_to_say
from surveys.speaking import own_name


class RecordingForm(forms.ModelForm):
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    file = forms.FileField(
        label=gettext_lazy("Sound"),
        help_text=gettext_lazy("MP3, OGG or M4A, at most 500 kB: the question, then its answers."),
        widget=forms.ClearableFileInput(attrs={"accept": ".mp3,.ogg,.m4a"}),
    )

    class Meta:
        model = Recording
        fields = ["language", "made_by", "licence"]

    def __init__(self, questionnaire: Questionnaire, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, instance=Recording(questionnaire=questionnaire))
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, own_name(code)) for code in words_to_say(questionnaire)]

    def clean_file(self) -> bytes:
        sound: bytes = self.cleaned_data["file"].read(LARGEST + 1)
        check_sound(sound)
        return sound


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def recordings(request: HttpRequest, pk: int) -> HttpResponse:
    questionnaire = core_or_404(pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RecordingForm(questionnaire, *sent)
    if form.is_valid() and _keep(form, questionnaire):
        messages.success(request, _("Saved."))
        return redirect("setup:recordings", pk)
    said = words_to_say(questionnaire)
    found = questionnaire.recordings.defer("sound")
    context = {
        "questionnaire": questionnaire,
        "frozen": questionnaire.frozen_at is not None,
        "form": form,
        "said": said,
        "found": [
            (each, own_name(each.language), each.said == said.get(each.language)) for each in found
        ],
    }
    return render(request, "setup/recordings.html", context)


def _keep(form: RecordingForm, questionnaire: Questionnaire) -> bool:
    try:
        with transaction.atomic():
            keep_recording(form.instance, form.cleaned_data["file"])
            _note(questionnaire, form.instance.language)
    except (FrozenError, ValidationError) as error:
        form.add_error(None, str(error))
        return False
    return True


@only_for(may_run_waves)
@require_POST
def take_out(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    questionnaire = core_or_404(pk)
    found = get_object_or_404(questionnaire.recordings, language=language)
    try:
        with transaction.atomic():
            found.delete()
            _note(questionnaire, language)
    except FrozenError as error:
        messages.error(request, str(error))
    return redirect("setup:recordings", pk)


def _note(questionnaire: Questionnaire, language: str) -> None:
    record(Act.What.CHANGE, questionnaire, version=questionnaire.version, recording=language)
