"""The quality report of a wave."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from analytics.dashboards.quality import quality_of
from analytics.domains.access import waves_for
from surveys.access import may_see_every_agency
from surveys.models import Wave


@require_safe
def quality(request: HttpRequest, code: str) -> HttpResponse:
    """For everybody once the wave is published; before, for OPDC once it has closed."""
    wave = get_object_or_404(waves_for(request.user), code=code)
    published = wave.state == Wave.State.PUBLISHED
    if not published and (wave.state == Wave.State.OPEN or not may_see_every_agency(request.user)):
        raise Http404
    return render(request, "analytics/quality.html", {"wave": wave, "quality": quality_of(wave)})
