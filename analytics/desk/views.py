"""The desk: every wave with its line of stages, and the one thing to do next."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from analytics.desk.beside import (
    fieldwork,
    reports_under_way,
    waiting_for_a_second_person,
    watched,
)
from analytics.desk.facts import facts_of
from analytics.desk.stages import next_of, stages
from analytics.domains.access import may_see_desk
from surveys.access import may_run_waves, only_for
from surveys.models import Channel, Questionnaire, Service, User, Wave
from surveys.office.forms import TypedCode
from surveys.waves import close_wave

WAVES_A_PAGE = 8


@only_for(may_see_desk)
@never_cache
@require_safe
def waves(request: HttpRequest) -> HttpResponse:
    found = Wave.objects.order_by("-starts_on", "code")
    page = Paginator(found, WAVES_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    facts = facts_of(shown)
    lines = [(wave, line, next_of(line)) for wave in shown for line in [stages(facts[wave.pk])]]
    context = {
        "page": page,
        "lines": lines,
        "second": waiting_for_a_second_person(),
        "reports": reports_under_way(),
    }
    if not shown and may_run_waves(request.user):
        context["begun"] = _begun()
    return render(request, "desk/waves.html", context)


def _begun() -> dict[str, bool]:
    """Which of the things that a first wave needs are there."""
    needed = {
        "registry": Service.objects.exists() and Channel.objects.exists(),
        "questionnaire": Questionnaire.objects.exists(),
    }
    return needed | {"all": all(needed.values())}


@only_for(may_see_desk)
@never_cache
@require_safe
def wave(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave.objects.select_related("questionnaire", "frame"), code=code)
    facts = facts_of([wave])[wave.pk]
    line = stages(facts)
    context = {
        "wave": wave,
        "line": line,
        "next": next_of(line),
        "fieldwork": fieldwork(wave),
        "unlinked": 0 if facts.over else facts.pairs - facts.linked,
        **watched(wave),
    }
    return render(request, "desk/wave.html", context)


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def closing(request: HttpRequest, code: str) -> HttpResponse:
    """Close a wave whose last day is over, by typing its code."""
    wave = get_object_or_404(Wave, code=code)
    form = TypedCode(wave, request.POST or None)
    if form.is_valid():
        try:
            close_wave(wave, actor=cast(User, request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The wave has closed. It takes no more answers."))
            return redirect("desk:wave", wave.code)
    return render(request, "desk/closing.html", {"wave": wave, "form": form})
