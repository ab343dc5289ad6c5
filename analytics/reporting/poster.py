"""A sheet of paper for each link: what is rated, a large QR code, the address in letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import RawIOBase
from itertools import groupby
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import segno
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from analytics.reporting.pdf import render_pdf
from surveys.access import may_act, may_act_for, only_for, reach
from surveys.models import Agency, EntryPoint

# Read at a glance, then scanned from two metres: a quarter of the code may be hidden or torn.
CORRECTION = "q"


def posters_pdf(entries: Sequence[EntryPoint]) -> bytes:
    """A sheet of A4 for each, Thai above and English below."""
    posters = [_poster(entry) for entry in entries]
    with translation.override("th"):
        agency, service = posters[0]["thai"][:2]
        context = {"posters": posters, "title": service if len(posters) == 1 else agency}
        return render_pdf(render_to_string("report/poster.html", context))


def _poster(entry: EntryPoint) -> dict[str, Any]:
    code = segno.make(entry.public_url, error=CORRECTION, micro=False)
    said: dict[str, Any] = {
        "qr": mark_safe(code.svg_inline(scale=4, border=0, dark="#16191d", omitsize=True)),
        "address": entry.public_url.split("://", 1)[-1].rstrip("/"),
    }
    for name, language in (("thai", "th"), ("english", "en")):
        with translation.override(language):
            said[name] = [str(each) for each in _named(entry)]
    return said


def _named(entry: EntryPoint) -> list[Any]:
    """Agency, service, channel and, where there is one, the service point."""
    names = [entry.service.agency, entry.service, entry.channel, entry.service_point]
    return [name for name in names if name]


def entries_of(agencies: QuerySet[Agency]) -> QuerySet[EntryPoint]:
    """The links that citizens can use, agency by agency."""
    entries = EntryPoint.objects.select_related("service__agency", "channel", "service_point")
    return entries.filter(active=True, service__agency__in=agencies.values("pk")).order_by(
        "service__agency__code", "service__code", "channel__position", "pk"
    )


def zipped(entries: QuerySet[EntryPoint]) -> Iterator[bytes]:
    """A zip with a file for each agency, sent as it is made: memory holds one agency."""
    made = Drained()
    with ZipFile(made, "w", ZIP_STORED) as archive:  # what PDF compresses shrinks no further
        for agency, group in groupby(entries.iterator(), key=lambda entry: entry.service.agency):
            archive.writestr(f"posters-{agency.code}.pdf", posters_pdf(list(group)))
            yield made.drain()
    yield made.drain()


class Drained(RawIOBase):
    """A file that cannot be sought in; what was written is taken out by and by."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def drain(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


@login_required
@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """The poster, for those who work for the agency."""
    entries = EntryPoint.objects.select_related("service__agency", "channel", "service_point")
    entry = get_object_or_404(entries, slug=slug)
    if not may_act_for(request.user, entry.service.agency):
        raise Http404
    return _pdf([entry], f"poster-{entry.service.code}-{entry.slug}.pdf")


@login_required
@require_safe
def posters(request: HttpRequest, agency: str) -> HttpResponse:
    """All posters of an agency as one file."""
    found = get_object_or_404(reach(request.user), code=agency)
    if not may_act_for(request.user, found):
        raise Http404
    entries = entries_of(Agency.objects.filter(pk=found.pk))
    if not entries.exists():
        raise Http404
    return _pdf(list(entries), f"posters-{found.code}.pdf")


@only_for(may_act)
@require_safe
def all_posters(request: HttpRequest) -> StreamingHttpResponse:
    """Those of every agency within reach."""
    return StreamingHttpResponse(
        zipped(entries_of(reach(request.user))),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="posters.zip"'},
    )


def _pdf(entries: Sequence[EntryPoint], name: str) -> HttpResponse:
    return HttpResponse(
        posters_pdf(entries),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
