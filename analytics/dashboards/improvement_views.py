"""The pages on which an agency says what it did, and OPDC hides what should not stand there."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from analytics.dashboards.agency_page import agency_url
from analytics.dashboards.comments import agencies_below
from analytics.dashboards.improvements import HideForm, ImprovementForm, may_hide, may_write
from analytics.domains.access import waves_for
from responses.models import Improvement
from surveys.access import may_act, may_see_every_agency, only_for, visible_agencies
from surveys.acts import record
from surveys.models import Act, Agency, User, Wave


@only_for(may_act)
@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, agency: str, code: str) -> HttpResponse:
    """Say what was done about what citizens wrote in a survey."""
    found = get_object_or_404(visible_agencies(request.user), code=agency)
    wave = get_object_or_404(waves_for(request.user), code=code)
    return _form(request, found, Improvement(agency=found, wave=wave))


@only_for(may_act)
@never_cache
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, agency: str, pk: int) -> HttpResponse:
    """Say it better, or take it back."""
    found = get_object_or_404(visible_agencies(request.user), code=agency)
    improvement = get_object_or_404(Improvement, agency=found, pk=pk)
    if request.method == "POST" and "delete" in request.POST:
        return _take_back(request, improvement)
    return _form(request, found, improvement)


def _form(request: HttpRequest, agency: Agency, improvement: Improvement) -> HttpResponse:
    _only_staff(request, agency)
    sent = request.POST if request.method == "POST" else None
    form = ImprovementForm(agencies_below(agency), sent, instance=improvement)
    if form.is_valid():
        new = improvement.pk is None
        with transaction.atomic():
            form.instance.written_by = cast(User, request.user)
            record(Act.What.MAKE if new else Act.What.CHANGE, form.save(), agency=agency.code)
        messages.success(request, _("Saved. Everybody can read it now."))
        return redirect(_list(improvement.wave, agency))
    context = {"form": form, "agency": agency, "wave": improvement.wave}
    return render(
        request, "agency/improvement.html", context | {"back": _list(improvement.wave, agency)}
    )


def _only_staff(request: HttpRequest, agency: Agency) -> None:
    if not may_write(request.user, agency):
        raise PermissionDenied


@transaction.atomic
def _take_back(request: HttpRequest, improvement: Improvement) -> HttpResponse:
    _only_staff(request, improvement.agency)
    record(Act.What.DELETE, improvement, agency=improvement.agency.code, said=str(improvement))
    improvement.delete()
    return redirect(_list(improvement.wave, improvement.agency))


@only_for(may_see_every_agency)
@require_POST
def hide(request: HttpRequest, agency: str, pk: int) -> HttpResponse:
    """Hide it for a reason that its agency reads; or with “show” let it be seen again."""
    found = get_object_or_404(Improvement, agency__code=agency, pk=pk)
    if not may_hide(request.user, found.agency):
        raise PermissionDenied
    form = HideForm(request.POST)
    if "show" not in request.POST and not form.is_valid():
        messages.error(request, _("Give the reason first."))
    else:
        _moderate(found, "" if "show" in request.POST else form.cleaned_data["because"])
        messages.success(request, _("Noted."))
    return redirect(_list(found.wave, found.agency))


@transaction.atomic
def _moderate(improvement: Improvement, because: str) -> None:
    improvement.hidden_because = because
    improvement.save(update_fields=["hidden_because"])
    record(Act.What.CHANGE, improvement, agency=improvement.agency.code, hidden=because)


def _list(wave: Wave, agency: Agency) -> str:
    return agency_url(wave, agency, "improvements")
