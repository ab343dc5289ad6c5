"""The page that says what screening did in a wave."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.dashboards.screened import PlacesForm, agency_lines, screened, with_figures
from analytics.domains.access import waves_for
from analytics.wording.doubted_lists import finding_sentences
from responses.models import Overruling
from surveys.access import may_see_every_agency
from surveys.models import Wave

AGENCIES_A_PAGE = 10
PLACES_A_PAGE = 15


@never_cache
@require_safe
def screening(request: HttpRequest, code: str) -> HttpResponse:
    """The rules for everybody; what they found once published; where they found it for OPDC alone,
    since it would teach how to stay unseen."""
    wave = get_object_or_404(waves_for(request.user), code=code)
    everything = may_see_every_agency(request.user)
    context: dict[str, Any] = {
        "wave": wave,
        "screened": screened(wave),
        "counts": everything or wave.state == Wave.State.PUBLISHED,
        "everything": everything,
        "overruled": Overruling.objects.filter(wave=wave)
        .exclude(agreed_by=None)
        .select_related("agency")
        .order_by("agency__code")
        if everything or wave.state == Wave.State.PUBLISHED
        else [],
    }
    if everything:
        agencies = Paginator(agency_lines(wave), AGENCIES_A_PAGE).get_page(
            request.GET.get("agencies")
        )
        form = PlacesForm(wave, request.GET)
        page = Paginator(form.places(), PLACES_A_PAGE).get_page(request.GET.get("page"))
        context |= {
            "lists": finding_sentences(wave),
            "agencies": agencies,
            "agency_lines": with_figures(wave, list(agencies.object_list)),
            "form": form,
            "page": page,
            "places": form.described(list(page.object_list)),
        }
    return render(request, "analytics/screening.html", context)
