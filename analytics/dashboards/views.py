"""The pages of figures. Each starts from what its visitor may see (access.py)."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analytics.dashboards import pages
from analytics.dashboards.fieldwork_panel import fieldwork_panel
from analytics.dashboards.league import LeagueForm
from analytics.dashboards.own_questions import own_questions
from analytics.dashboards.screened import below as agency_and_below
from analytics.dashboards.screened import screened
from analytics.domains.access import agencies_for, reports_for, sees_everything, waves_for
from analytics.models import Report, Score
from analytics.tasks import request_report
from responses.ledger import checkpoints
from surveys.models import Agency, User, Wave

AGENCIES_A_PAGE = 25
WAVES_A_PAGE = 10
LANGUAGES = {"th": "ไทย", "en": "English"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    everybody = AnonymousUser()
    published = waves_for(everybody).order_by("simulated", "-published_at")[:3]
    context = {
        "results": [(wave, pages.headline(everybody, wave)) for wave in published],
        "link_to_try": pages.simulated_link(),
    }
    return render(request, "analytics/home.html", context)


@require_safe
def waves(request: HttpRequest) -> HttpResponse:
    page = Paginator(waves_for(request.user), WAVES_A_PAGE).get_page(request.GET.get("page"))
    results = [(wave, pages.headline(request.user, wave)) for wave in page]
    return render(request, "analytics/waves.html", {"page": page, "results": results})


@require_safe
def wave(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(waves_for(request.user), code=code)
    scores = pages.declared_scores(request.user, wave).filter(is_overall=True)
    nation = pages.as_seen_by(request.user, scores.filter(level=Score.Level.NATION))
    league = LeagueForm(request.user, request.GET, scores.filter(level=Score.Level.AGENCY))
    page = Paginator(league.scores(), AGENCIES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "wave": wave,
        "score": next(iter(nation), None),
        "reserved": wave.state != Wave.State.PUBLISHED and not sees_everything(request.user),
        "channels": pages.as_seen_by(request.user, scores.filter(level=Score.Level.CHANNEL)),
        "league": league,
        "page": page,
        "urls": _agency_urls(wave, page.object_list),
        "fieldwork": fieldwork_panel(request.user, wave),
        "reports": _report_panel(request, wave, None),
        "log_root": checkpoints.sealed_or_latest(wave),
    }
    return render(request, "analytics/wave.html", context)


@require_safe
def agency(request: HttpRequest, code: str, agency: str) -> HttpResponse:
    wave = get_object_or_404(waves_for(request.user).select_related("questionnaire"), code=code)
    unit = get_object_or_404(agencies_for(request.user, wave).select_related("parent"), code=agency)
    scores = pages.AgencyScores(request.user, wave, unit)
    below = scores.below()
    works_for = pages.works_for(request.user, unit)
    context = {
        "wave": wave,
        "agency": unit,
        "scores": scores,
        "score": scores.headline(),
        "below": below,
        "urls": _agency_urls(wave, below),
        "links": pages.links_of(unit) if works_for else None,
        "own": own_questions(wave, unit) if works_for else None,
        "screened": screened(wave, agency_and_below(unit)) if works_for else None,
        "fieldwork": fieldwork_panel(request.user, wave, unit),
        "reports": _report_panel(request, wave, unit),
    }
    return render(request, "analytics/agency.html", context)


@login_required
@require_POST
def ask_for_report(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(waves_for(request.user), code=code)
    unit = None
    if named := request.POST.get("agency"):
        unit = get_object_or_404(agencies_for(request.user, wave), code=named)
    if not _may_have_report(request, unit):
        raise PermissionDenied
    language = request.POST.get("language", "th")
    if language not in LANGUAGES:
        raise Http404
    under_way = _reports(request, wave, unit).filter(
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
    return FileResponse(
        report.file.open(),
        as_attachment=True,
        filename=f"{report.wave.code}-{about}-{report.language}.pdf",
        content_type="application/pdf",
    )


def _agency_urls(wave: Wave, scores: Any) -> dict[int, str]:
    return {s.pk: reverse("analytics:agency", args=[wave.code, s.agency.code]) for s in scores}


def _may_have_report(request: HttpRequest, unit: Agency | None) -> bool:
    if unit is None:
        return sees_everything(request.user)
    return pages.works_for(request.user, unit)


def _reports(request: HttpRequest, wave: Wave, unit: Agency | None) -> Any:
    return reports_for(request.user).filter(wave=wave, agency=unit)


def _report_panel(request: HttpRequest, wave: Wave, unit: Agency | None) -> dict[str, Any] | None:
    """What the report box of a page needs; None for whoever may not have a report."""
    if not _may_have_report(request, unit):
        return None
    done = _reports(request, wave, unit).filter(state=Report.State.DONE)
    return {"languages": LANGUAGES, "done": done[:4], "agency": unit}
