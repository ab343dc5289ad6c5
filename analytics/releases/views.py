"""The release of a published wave, whole and by its tables, for everybody."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TypeVar

from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from analytics.releases.bundle import as_csv, write_release
from analytics.releases.for_everybody import MINUTES, for_everybody
from analytics.releases.tables import tables_of
from surveys.models import Wave


@for_everybody
@require_safe
def release(request: HttpRequest, code: str) -> HttpResponseBase:
    """The whole file."""
    wave = get_object_or_404(Wave, code=code, state=Wave.State.PUBLISHED)
    file = BytesIO(_kept(wave, "whole", _whole))
    return FileResponse(file, as_attachment=True, filename=f"{wave.code}-release.zip")


@for_everybody
@require_safe
def table(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One table of the release at an address of its own, for programs that read a CSV file."""
    wave = get_object_or_404(Wave, code=code, state=Wave.State.PUBLISHED)
    found = _kept(wave, "tables", _tables).get(f"{name}.csv")
    if found is None:
        raise Http404
    return HttpResponse(found, content_type="text/csv; charset=utf-8")


Made = TypeVar("Made")


def _kept(wave: Wave, what: str, make: Callable[[Wave], Made]) -> Made:
    """Made anew as seldom as a cache would ask again: it takes seconds, and anybody may ask."""
    assert wave.published_at is not None
    name = f"release:{what}:{wave.pk}:{wave.published_at.timestamp()}"
    kept: Made | None = cache.get(name)
    if kept is None:
        kept = make(wave)
        cache.set(name, kept, 60 * MINUTES)
    return kept


def _whole(wave: Wave) -> bytes:
    file = BytesIO()
    write_release(wave, file)
    return file.getvalue()


def _tables(wave: Wave) -> dict[str, bytes]:
    return {name: as_csv(table) for name, table in tables_of(wave).items()}
