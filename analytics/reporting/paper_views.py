"""The paper as a page at an address that stays: what is printed, to be read and linked to."""

from __future__ import annotations

import re

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from analytics.dashboards.report_panel import can_be_made
from analytics.domains.access import agencies_for, may_see_reports, waves_for
from analytics.models import Computation
from analytics.reporting.content import gather
from surveys.models import Agency, Wave

KEPT_FOR = 3600
MARKS = ("met", "not-met", "inconclusive", "plain")
"""What the figures of a paper are drawn with."""


@require_safe
def paper(request: HttpRequest, code: str, agency: str = "") -> HttpResponse:
    """For everybody once the wave is published; before, for whoever may have it printed."""
    wave = get_object_or_404(waves_for(request.user), code=code)
    unit = get_object_or_404(agencies_for(request.user, wave), code=agency) if agency else None
    if wave.state != Wave.State.PUBLISHED and not may_see_reports(request.user, unit):
        raise Http404
    if not can_be_made(wave, unit):
        raise Http404
    return render(
        request,
        "report/page.html",
        {"wave": wave, "agency": unit, "body": _body(wave, unit), "marks": MARKS},
    )


def _body(wave: Wave, unit: Agency | None) -> str:
    """Published figures are frozen, so that what is said of them is kept for a while."""
    if wave.state != Wave.State.PUBLISHED:
        return _written(wave, unit)
    computed = Computation.objects.get(wave=wave).computed_at.isoformat()
    name = f"paper:{wave.pk}:{unit.pk if unit else 0}:{get_language()}:{computed}"
    body: str | None = cache.get(name)
    if body is None:
        body = _written(wave, unit)
        cache.set(name, body, KEPT_FOR)
    return body


_SPACE = re.compile(r">\s+<")


def _written(wave: Wave, unit: Agency | None) -> str:
    """Without more than one space between tags."""
    body: str = render_to_string("report/body.html", gather(wave, unit))
    return _SPACE.sub("> <", body)
