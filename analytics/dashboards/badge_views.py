"""An agency's published figure as a picture for its own website: no script, nothing to keep."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from analytics.dashboards.agency_page import surveys_of
from analytics.dashboards.pages import whole_in
from analytics.wording.agency import figure_text
from analytics.wording.charts import mark_of
from analytics.wording.inks import COLOURS
from analytics.wording.verdict import verdict_word
from surveys.models import Agency


@cache_control(public=True, max_age=600)
@conditional_page
@require_safe
def badge(request: HttpRequest, agency: str) -> HttpResponse:
    """Of the newest published survey in which the agency has a figure; the same for everybody."""
    everybody = AnonymousUser()
    found = Agency.objects.filter(code=agency).first()
    newest = surveys_of(everybody, agency, own=False).first()
    scores = whole_in(everybody, [newest], found) if found and newest else []
    if not scores or not newest:
        raise Http404
    score = scores[0]
    context = {
        "wave": newest,
        "agency": found,
        "figure": "" if score.withheld else figure_text(score),
        "word": "" if score.withheld else verdict_word(score),
        "mark": mark_of(score.verdict),
        "colours": COLOURS,
    }
    drawn = render(request, "agency/badge.svg", context, content_type="image/svg+xml")
    drawn["Cross-Origin-Resource-Policy"] = "cross-origin"  # made for other sites
    return drawn
