"""A wave's log for programs that read any log of its kind (C2SP tlog-tiles): its newest checkpoint
with what witnesses say of it, and its tiles. The leaves are not given: they name receipts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from responses.ledger import checkpoints, cosigning, tiles
from responses.models.ledger import Tile
from surveys.models import Wave

PARTIAL = ".p"


@cache_control(public=True, max_age=60)
@require_safe
def checkpoint(request: HttpRequest, code: str) -> HttpResponse:
    newest = checkpoints.latest(_wave(code))
    if newest is None:
        raise Http404
    return _text(cosigning.note_of(newest))


@cache_control(public=True, max_age=31_536_000, immutable=True)
@require_safe
def tile(request: HttpRequest, code: str, level: int, place: str) -> HttpResponse:
    """`place`: the position as groups of three digits, as in x001/234; a tile that is not full yet
    is asked for with its width, as in 234.p/17."""
    position, width = _place(place)
    found = get_object_or_404(Tile, wave=_wave(code), level=level, position=position)
    hashes = bytes(found.hashes)[: width * tiles.BYTES]
    if len(hashes) < width * tiles.BYTES:
        raise Http404
    return HttpResponse(hashes, content_type="application/octet-stream")


@cache_control(public=True, max_age=60)
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The key that vouches for all logs here."""
    return _text(f"{cosigning.verifier()}\n")


def _place(place: str) -> tuple[int, int]:
    whole, partial, width = place.partition(f"{PARTIAL}/")
    *above, last = whole.split("/")
    groups = [group.removeprefix("x") for group in above] + [last]
    plain = all(len(group) == 3 and group.isascii() and group.isdecimal() for group in groups)
    marked = all(group.startswith("x") for group in above)
    if not plain or not marked or len(groups) > 5 or (partial and not width.isdecimal()):
        raise Http404
    size = int(width[:4]) if partial else tiles.WIDTH
    if not 1 <= size <= tiles.WIDTH or (partial and size == tiles.WIDTH):
        raise Http404
    return int("".join(groups)), size


def _text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _wave(code: str) -> Wave:
    return get_object_or_404(Wave.objects.exclude(state=Wave.State.DRAFT), code=code)
