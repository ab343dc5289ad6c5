"""The pages of figures. Each starts from what its visitor may see (access.py)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from analytics.dashboards import pages
from analytics.dashboards.agency_page import agency_url
from analytics.dashboards.by_group import groups_of
from analytics.dashboards.fieldwork_panel import fieldwork_panel
from analytics.dashboards.league import LeagueForm
from analytics.dashboards.report_panel import report_panel
from analytics.dashboards.shown_files import with_files
from analytics.domains.access import waves_for
from analytics.models import Score
from analytics.scoring.changes import earlier_waves
from analytics.wording.cuts import elsewhere
from responses.ledger import checkpoints
from surveys.access import may_see_every_agency
from surveys.models import Wave

AGENCIES_A_PAGE = 25
WAVES_A_PAGE = 10


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
@with_files
def wave(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(waves_for(request.user), code=code)
    scores = pages.declared_scores(request.user, wave).filter(is_overall=True)
    at = Score.Level
    league = LeagueForm(request.user, request.GET, scores, besides=(at.NATION, at.CHANNEL))
    nation = [score for score in league.besides if score.level == at.NATION]
    earlier = list(earlier_waves(wave))
    page = Paginator(league.scores(), AGENCIES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "wave": wave,
        "score": next(iter(nation), None),
        "series": pages.nation_in(earlier, nation),
        "elsewhere": elsewhere(),
        "groups": groups_of(wave, next(iter(nation), None)),
        "comparable": wave.state != Wave.State.OPEN and bool(earlier),
        "reserved": wave.state != Wave.State.PUBLISHED and not may_see_every_agency(request.user),
        "channels": [score for score in league.besides if score.level == at.CHANNEL],
        "league": league,
        "page": page,
        "urls": _agency_urls(wave, page.object_list),
        "fieldwork": fieldwork_panel(request.user, wave),
        "reports": report_panel(request.user, wave, None, scored=bool(nation)),
        "releases": wave.releases.select_related("correction", "stamp").defer("stamp__response"),
        "log_root": checkpoints.sealed_or_latest(wave),
    }
    return render(request, "analytics/wave.html", context)


def _agency_urls(wave: Wave, scores: Any) -> dict[int, str]:
    return {s.pk: agency_url(wave, s.agency) for s in scores}
