"""The public page of a wave's log: its published roots, and that each log continues the last."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from responses.ledger import cosigning, proofs, tiles
from responses.models import Checkpoint, Leaf, Response
from responses.web.pages import in_asked_language, page
from surveys.models import Wave

ROOTS_A_PAGE = 30


@in_asked_language
@cache_control(private=True, no_cache=True)
@require_safe
def log(request: HttpRequest, code: str) -> HttpResponse:
    wave = _wave(code)
    roots = Checkpoint.objects.filter(wave=wave).order_by("-size")
    shown = Paginator(roots, ROOTS_A_PAGE).get_page(request.GET.get("page"))
    here = list(shown)
    before = roots.filter(size__lt=here[-1].size).first() if here else None
    rows = [
        (root, timezone.localtime(root.at).date(), older, cosigning.witnessed_by(root))
        for root, older in zip(here, [*here[1:], before], strict=False)
    ]
    return page(
        request,
        "responses/log.html",
        wave=wave,
        size=tiles.size_of(wave),
        erased=Leaf.objects.filter(wave=wave, disposition=Response.Disposition.ERASED).count(),
        roots=shown,
        rows=rows,
    )


@in_asked_language
@cache_control(public=True, max_age=3600)
@require_safe
def consistency(request: HttpRequest, code: str) -> HttpResponse:
    """`?first=…&second=…`: that the log at the second size begins with the log at the first."""
    wave = _wave(code)
    try:
        first, second = (int(request.GET.get(name, "")[:18]) for name in ("first", "second"))
        document = proofs.consistency(wave, first, second)
    except (ValueError, IndexError):
        message = _("Give two sizes of this log: first=… and second=…, the smaller one first.")
        answer = JsonResponse({"error": message}, status=400)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return JsonResponse(document, json_dumps_params={"indent": 1})


def _wave(code: str) -> Wave:
    wave = get_object_or_404(Wave, code=code)
    if wave.state == Wave.State.DRAFT:
        raise Http404
    return wave
