"""The releases of a published wave, whole and by their tables, for everybody."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from analytics.models import KeptRelease, ReleaseStamp
from analytics.releases.for_everybody import for_everybody, kept_for_good
from analytics.releases.keeping import content_of, latest
from surveys.models import Wave


@for_everybody
@require_safe
def release(request: HttpRequest, code: str) -> HttpResponseBase:
    """The latest."""
    return _whole(latest(_published(code)))


@for_everybody
@require_safe
def numbered(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """One release, also one that has been replaced: the same bytes for ever."""
    wave = _published(code)
    latest(wave)
    return kept_for_good(_whole(get_object_or_404(wave.releases.all(), number=number)))


@for_everybody
@require_safe
def stamp(request: HttpRequest, code: str, number: int | None = None) -> HttpResponseBase:
    """The time stamp of a release, without a number of the latest."""
    wave = _published(code)
    kept = latest(wave) if number is None else get_object_or_404(wave.releases, number=number)
    found = get_object_or_404(ReleaseStamp, release=kept, stamped_at__isnull=False)
    answer = HttpResponse(bytes(found.response), content_type="application/timestamp-reply")
    answer["Content-Disposition"] = f'attachment; filename="{code}-release-{kept.number}.tsr"'
    return answer if number is None else kept_for_good(answer)


def _whole(kept: KeptRelease) -> HttpResponseBase:
    name = f"{kept.wave.code}-release-{kept.number}.zip"
    answer = FileResponse(BytesIO(content_of(kept)), as_attachment=True, filename=name)
    answer["ETag"] = f'"{kept.digest}"'
    answer["Last-Modified"] = http_date(kept.made_at.timestamp())
    return answer


@for_everybody
@require_safe
def table(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """A table of the latest at an address of its own, for programs that read a CSV file."""
    kept = latest(_published(code))
    with ZipFile(BytesIO(content_of(kept))) as zipped:
        try:
            content = zipped.read(f"data/{name}.csv")
        except KeyError as error:
            raise Http404 from error
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Last-Modified"] = http_date(kept.made_at.timestamp())
    return answer


def _published(code: str) -> Wave:
    return get_object_or_404(Wave, code=code, state=Wave.State.PUBLISHED)
