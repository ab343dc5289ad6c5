"""A sheet of paper for one link: what is rated, a large QR code, the address in letters."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from analytics.reporting.pdf import render_pdf
from surveys.access import may_act_for
from surveys.models import EntryPoint

# Read at a glance, then scanned from two metres: a quarter of the code may be hidden or torn.
CORRECTION = "q"


def poster_pdf(entry: EntryPoint) -> bytes:
    """A4, Thai above and English below."""
    code = segno.make(entry.public_url, error=CORRECTION, micro=False)
    with translation.override("en"):
        english = [str(name) for name in _named(entry)]
    with translation.override("th"):
        context = {
            "qr": mark_safe(code.svg_inline(scale=4, border=0, dark="#16191d", omitsize=True)),
            "thai": [str(name) for name in _named(entry)],
            "english": english,
            "address": entry.public_url.split("://", 1)[-1].rstrip("/"),
        }
        return render_pdf(render_to_string("report/poster.html", context))


def _named(entry: EntryPoint) -> list[Any]:
    """Agency, service, channel and, where there is one, the service point."""
    names = [entry.service.agency, entry.service, entry.channel, entry.service_point]
    return [name for name in names if name]


@login_required
@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """The poster, for those who work for the agency."""
    entries = EntryPoint.objects.select_related("service__agency", "channel", "service_point")
    entry = get_object_or_404(entries, slug=slug)
    if not may_act_for(request.user, entry.service.agency):
        raise Http404
    name = f"poster-{entry.service.code}-{entry.slug}.pdf"
    return HttpResponse(
        poster_pdf(entry),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
