"""Asking for a report, watching it being made, taking it away."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analytics.dashboards.agency_page import agency_url
from analytics.dashboards.report_panel import LANGUAGES, can_be_made, reports_of
from analytics.domains.access import agencies_for, may_order_report, reports_for, waves_for
from analytics.models import Report
from analytics.reporting.requests import request_report
from surveys.acts import record
from surveys.models import Act, User


@login_required
@require_POST
def ask_for_report(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(waves_for(request.user), code=code)
    unit = None
    if named := request.POST.get("agency"):
        unit = get_object_or_404(agencies_for(request.user, wave), code=named)
    if not may_order_report(request.user, unit):
        raise PermissionDenied
    language = request.POST.get("language", "th")
    if language not in LANGUAGES:
        raise Http404
    if not can_be_made(wave, unit):
        messages.error(request, _("There are no figures for a report yet: nobody has answered."))
        if unit is None:
            return redirect("analytics:wave", wave.code)
        return redirect(agency_url(wave, unit, "data"))
    under_way = reports_of(request.user, wave, unit).filter(
        language=language, state__in=[Report.State.QUEUED, Report.State.RUNNING]
    )
    report = under_way.first() or request_report(wave, unit, language, cast(User, request.user))
    return redirect("analytics:report", report.pk)


@login_required
@never_cache
@require_safe
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a report is; htmx asks again for the inner part alone."""
    report = get_object_or_404(reports_for(request.user), pk=pk)
    waiting = report.state == Report.State.QUEUED
    context: dict[str, Any] = {
        "report": report,
        "ahead": Report.objects.filter(
            state=Report.State.QUEUED, requested_at__lt=report.requested_at
        ).count()
        if waiting
        else 0,
    }
    part = "analytics/_progress.html" if request.headers.get("HX-Request") else None
    return render(request, part or "analytics/report.html", context)


@login_required
@never_cache
@require_safe
def report_file(request: HttpRequest, pk: UUID) -> FileResponse:
    """The PDF, for whoever may see it now: a right that was withdrawn closes old links."""
    report = get_object_or_404(reports_for(request.user), pk=pk, state=Report.State.DONE)
    about = report.agency.code if report.agency else "TH"
    record(Act.What.EXPORT, report, wave=report.wave.code, agency=about)
    return FileResponse(
        report.file.open(),
        as_attachment=True,
        filename=f"{report.wave.code}-{about}-{report.language}.pdf",
        content_type="application/pdf",
    )
