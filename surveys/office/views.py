"""Names and dates, method, and the summary from which a wave is opened and sealed."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys.access import may_run_waves, only_for
from surveys.kinds import SCORED
from surveys.links import missing_links
from surveys.models import FrameCell, User, Wave
from surveys.office.forms import TypedCode
from surveys.office.steps import address_after, context_of
from surveys.office.wave_forms import DatesForm, ExpertForm, MethodForm
from surveys.setting_up import declare_method, make_wave, newest_questionnaire
from surveys.translating import to_check_in
from surveys.waves import open_wave


def draft_or_404(code: str) -> Wave:
    drafts = Wave.objects.filter(state=Wave.State.DRAFT).select_related("questionnaire", "frame")
    return get_object_or_404(drafts, code=code)


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = DatesForm(request.POST or None)
    if form.is_valid():
        try:
            wave = make_wave(form.save(commit=False))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect(address_after(wave, "setup:dates"))
    context = {"form": form, "no_questionnaire": newest_questionnaire() is None}
    return render(request, "setup/dates.html", context)


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def dates(request: HttpRequest, code: str) -> HttpResponse:
    wave = draft_or_404(code)
    form = DatesForm(request.POST or None, instance=wave)
    if form.is_valid():
        form.save()
        return redirect(address_after(wave, "setup:dates"))
    return render(
        request, "setup/dates.html", context_of(draft_or_404(code), "setup:dates") | {"form": form}
    )


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def method(request: HttpRequest, code: str) -> HttpResponse:
    """Questions in words; behind a fold the whole as JSON, for experts."""
    wave = draft_or_404(code)
    expert = "expert" in request.POST
    posted = request.method == "POST" and not expert
    in_words = MethodForm(wave, *((request.POST, request.FILES) if posted else ()))
    as_json = ExpertForm(wave.method, request.POST if expert else None)
    form: Any = as_json if expert else in_words
    if form.is_valid():
        declared = as_json.cleaned_data["method"] if expert else in_words.declared()
        try:
            declare_method(wave, declared, cast(User, request.user))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect(address_after(wave, "setup:method"))
    context = context_of(wave, "setup:method") | {"form": in_words, "expert": as_json}
    return render(request, "setup/method.html", context)


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest, code: str) -> HttpResponse:
    """The whole on one page; opened and sealed by typing the wave's code."""
    wave = draft_or_404(code)
    form = TypedCode(wave, request.POST or None)
    if form.is_valid():
        try:
            open_wave(wave, actor=cast(User, request.user))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The wave is open and sealed."))
            return redirect("desk:wave", wave.code)
    cells = FrameCell.objects.filter(frame=wave.frame_id)
    context = context_of(wave, "setup:opening") | {
        "form": form,
        "method": wave.declared_method(),
        "encounters": wave.frame.total(),
        "pairs": cells.order_by().values("service", "channel").distinct().count(),
        "unlinked": len(missing_links(wave)),
        "questions": wave.questionnaire.questions.count(),
        "to_check": to_check_in(wave.questionnaire.questions.order_by("position")),
        "has_overall": wave.questionnaire.questions.filter(
            is_overall=True, kind__in=SCORED
        ).exists(),
    }
    return render(request, "setup/opening.html", context)
