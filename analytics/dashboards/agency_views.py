"""The pages of one agency: one address, a survey to choose, a tab for each thing to know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.dashboards import first, pages
from analytics.dashboards.agency_page import AgencyPage, agency_url
from analytics.dashboards.cells import by_point, cells
from analytics.dashboards.change_views import changes_of, whole
from analytics.dashboards.comments import agencies_below
from analytics.dashboards.fieldwork_panel import fieldwork_panel
from analytics.dashboards.improvements import MOST, may_hide, may_write, with_counts
from analytics.dashboards.months import months_for
from analytics.dashboards.own_questions import own_questions
from analytics.dashboards.reached import heard, least_heard
from analytics.dashboards.report_panel import report_panel
from analytics.dashboards.screened import below as agency_and_below
from analytics.dashboards.screened import screened
from analytics.dashboards.shown_files import with_files
from analytics.domains.access import agencies_for, may_see_desk, waves_for
from analytics.models import Score
from analytics.wording.agency import first_sentence, hardly_heard_sentence, lowest_sentence
from responses.comments.improvements import public_of
from responses.models import Improvement
from surveys.access import may_act


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Where a sign-in lands: one's own agency, the survey office, else the list of surveys."""
    agency = getattr(request.user, "agency", None)
    if agency is None and may_see_desk(request.user):
        return redirect("desk:waves")
    if agency is None or not waves_for(request.user).exists():
        return redirect("analytics:waves")
    return redirect("analytics:agency_page", agency.code)


@require_safe
def moved(request: HttpRequest, code: str, agency: str) -> HttpResponse:
    """The address that the page had before."""
    wave = get_object_or_404(waves_for(request.user), code=code)
    return redirect(
        agency_url(wave, get_object_or_404(agencies_for(request.user, wave), code=agency))
    )


@require_safe
@with_files
def page(request: HttpRequest, agency: str, tab: str = "overview") -> HttpResponse:
    shown = AgencyPage(request.user, agency, request.GET.get("wave", ""), tab)
    context = TABS[tab](shown) | {
        "page": shown,
        "wave": shown.wave,
        "agency": shown.agency,
        "scores": shown.scores,
        "score": shown.scores.headline(),
        "matrix": request.GET.get("view") == "matrix",
    }
    return render(request, f"agency/{tab}.html", context)


def _overview(page: AgencyPage) -> dict[str, Any]:
    scores = page.scores
    below = scores.below()
    return {
        "change": whole(changes_of(scores, pages.WHOLE)),
        "series": series(page),
        "months": months_for(page.user, scores.headline()),
        "below": below,
        "urls": {s.pk: agency_url(page.wave, s.agency) for s in below if s.agency},
        "findings": list(_findings(page)),
    }


def series(page: AgencyPage) -> list[Score]:
    """The agency's score in each survey up to the one that is shown, the oldest first."""
    until = [w for w in page.waves if w.ends_on <= page.wave.ends_on][::-1]
    earlier = pages.whole_in(page.user, [w for w in until if w != page.wave], page.agency)
    found: list[Score] = []
    for wave in until:
        if wave == page.wave:
            found += filter(None, [page.scores.headline()])
        else:
            found += [score for score in earlier if score.wave == wave]
    return found


def _findings(page: AgencyPage) -> Iterator[tuple[str, str]]:
    """Up to three sentences, each with the tab that says more."""
    scores = page.scores
    if lowest := lowest_sentence(scores.parts()):
        yield lowest, agency_url(page.wave, page.agency, "services")
    means = first.means(scores)
    if low := first.below_mean(scores.items(), means):
        text = scores.item_texts()[low[0].pk]
        mean = means.together if means else None
        yield first_sentence(text, low[0], mean), agency_url(page.wave, page.agency, "first")
    if least := least_heard(heard(scores)):
        assert least.of_answers is not None
        sentence = hardly_heard_sentence(str(least.channel), least.of_encounters, least.of_answers)
        yield sentence, agency_url(page.wave, page.agency, "reached")


def _services(page: AgencyPage) -> dict[str, Any]:
    changes = changes_of(page.scores)
    return {"cells": cells(page.scores, changes), "points": by_point(page.scores, changes)}


def _first(page: AgencyPage) -> dict[str, Any]:
    means = first.means(page.scores)
    return {
        "means": means,
        "low": first.below_mean(page.scores.items(), means),
        "quadrant": first.quadrant_of(page.scores, means),
        "own": own_questions(page.wave, page.agency) if page.own else None,
    }


def _reached(page: AgencyPage) -> dict[str, Any]:
    return {
        "heard": heard(page.scores),
        "fieldwork": fieldwork_panel(page.user, page.wave, page.agency),
        "screened": screened(page.wave, agency_and_below(page.agency)) if page.own else None,
    }


def _links(page: AgencyPage) -> dict[str, Any]:
    if not (page.own and may_act(page.user)):
        raise Http404
    return {"links": pages.links_of(page.agency), "at": settings.PUBLIC_URL}


def _improvements(page: AgencyPage) -> dict[str, Any]:
    """Those that are hidden, with the reason, for those who write or hide them alone."""
    agencies = agencies_below(page.agency)
    hides, writes = may_hide(page.user, page.agency), may_write(page.user, page.agency)
    hidden = Improvement.objects.filter(agency=page.agency).exclude(hidden_because="")
    return {
        "improvements": list(with_counts(public_of([page.agency.pk])[:MOST], agencies)),
        "hidden": hidden if hides or writes else [],
        "may_write": writes,
        "may_hide": hides,
    }


def _data(page: AgencyPage) -> dict[str, Any]:
    scored = page.scores.headline() is not None
    return {
        "reports": report_panel(page.user, page.wave, page.agency, scored=scored),
        "files": [
            (kind, f"{reverse('analytics:agency_file', args=[page.agency.code, kind])}")
            for kind in ("csv", "xlsx", "json")
        ],
    }


TABS = {
    "overview": _overview,
    "services": _services,
    "first": _first,
    "improvements": _improvements,
    "reached": _reached,
    "links": _links,
    "data": _data,
}
