"""The release of a published wave, for everybody."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control

from analytics.releases.bundle import write_release
from surveys.models import Wave


@cache_control(public=True, max_age=3600)
def release(request: HttpRequest, code: str) -> HttpResponseBase:
    """The whole file, made anew from what is published."""
    wave = get_object_or_404(Wave, code=code, state=Wave.State.PUBLISHED)
    file = BytesIO()
    write_release(wave, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{wave.code}-release.zip")
