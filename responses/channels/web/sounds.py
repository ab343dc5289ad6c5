"""A recording as browsers ask for it: whole, or the part that they name."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from surveys.models import Recording

_RANGE = re.compile(r"bytes=(\d{0,9})-(\d{0,9})\Z")


@cache_control(public=True, max_age=365 * 24 * 3600, immutable=True)
@require_safe
def sound(request: HttpRequest, digest: str) -> HttpResponse:
    """Its address is its content, so that it is kept for good. Safari plays nothing of which it
    cannot have parts."""
    found = get_object_or_404(Recording.objects.filter(digest=digest)[:1])
    response = _part(bytes(found.sound), request.headers.get("Range", ""))
    response.headers["Content-Type"] = found.kind
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _part(whole: bytes, wanted: str) -> HttpResponse:
    size, asked = len(whole), _RANGE.match(wanted)
    if not asked or not any(asked.groups()):
        return HttpResponse(whole)
    first, last = asked.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    return HttpResponse(
        whole[start : end + 1],
        status=206,
        headers={"Content-Range": f"bytes {start}-{end}/{size}"},
    )
