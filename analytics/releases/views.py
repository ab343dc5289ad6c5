"""The release of a published wave, whole and by its tables, for everybody."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from analytics.releases.bundle import as_csv, write_release
from analytics.releases.for_everybody import for_everybody
from analytics.releases.tables import tables_of
from surveys.models import Wave


@for_everybody
@require_safe
def release(request: HttpRequest, code: str) -> HttpResponseBase:
    """The whole file, made anew from what is published."""
    wave = get_object_or_404(Wave, code=code, state=Wave.State.PUBLISHED)
    file = BytesIO()
    write_release(wave, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{wave.code}-release.zip")


@for_everybody
@require_safe
def table(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One table of the release at an address of its own, for programs that read a CSV file."""
    wave = get_object_or_404(Wave, code=code, state=Wave.State.PUBLISHED)
    found = tables_of(wave).get(f"{name}.csv")
    if found is None:
        raise Http404
    return HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
