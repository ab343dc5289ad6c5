"""The draws: what was promised, for everybody; drawing, for the survey office."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from analytics.domains.access import may_draw, may_read_draws
from analytics.planning.draw_form import DrawForm, PublicNumberForm
from surveys.access import only_for
from surveys.models import Draw, Encounter, User, Wave
from surveys.sampling.audit import is_public, record_of
from surveys.sampling.draws import close_list, make_draw, preview, waiting_list
from surveys.sampling.planning import plan_draw

DRAWS_A_PAGE = 20
CELLS_A_PAGE = 25


def draws_made() -> QuerySet[Draw]:
    """Every draw, newest first. Nothing of it is anybody's secret but what is sealed. A made-up
    one has no list to repeat it by."""
    draws = Draw.objects.select_related("wave").annotate(drawn=Sum("cells__drawn"))
    draws = draws.exclude(drawn_at__isnull=False, encounters_digest="")
    return draws.order_by("-committed_at", "-number")


@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    """Commitments, digests and secrets, as they became known."""
    found = draws_made()
    if code := request.GET.get("wave"):
        found = found.filter(wave__code=code)
    page = Paginator(found, DRAWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "public": {draw.pk for draw in page if is_public(draw)},
        "waves": Wave.objects.filter(state__in=[Wave.State.DRAFT, Wave.State.OPEN])
        if may_draw(request.user)
        else None,
    }
    return render(request, "analytics/draws.html", context)


@require_safe
def record(request: HttpRequest, code: str, number: int) -> StreamingHttpResponse:
    """The record of a revealed draw: for anybody, but one that lists days for the office and
    auditors alone."""
    draw = get_object_or_404(Draw.objects.select_related("wave"), wave__code=code, number=number)
    if not (is_public(draw) or may_read_draws(request.user)):
        raise Http404
    try:
        pieces = record_of(draw)
    except ValidationError as error:
        raise Http404 from error
    return StreamingHttpResponse(
        pieces,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{code}-draw-{number}.json"'},
    )


@only_for(may_draw)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """Look ahead by GET as often as one likes; draw by POST."""
    wave = get_object_or_404(Wave, code=code)
    waiting = waiting_list(wave)
    sent = request.POST if request.method == "POST" else None
    form = PublicNumberForm(sent) if waiting else DrawForm(wave, sent or request.GET)
    if sent is not None and (sent.get("step") == "plan" or form.is_valid()):
        try:
            _step(request, wave, form, planning=sent.get("step") == "plan")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("analytics:draw", wave.code)
    context = {
        "wave": wave,
        "waiting": waiting,
        "planned": wave.draws.filter(list_closed_at=None, revealed_at=None).first(),
        "form": form,
        "log": _log(wave),
        **_look_ahead(request, wave, form),
    }
    return render(request, "analytics/draw.html", context)


def _step(
    request: HttpRequest, wave: Wave, form: DrawForm | PublicNumberForm, *, planning: bool
) -> None:
    """Raise ValidationError."""
    if planning:
        plan_draw(wave)
        messages.success(request, _("A draw is planned: its commitment is public."))
    elif isinstance(form, DrawForm) and (source := form.cleaned_data["public_source"]):
        close_list(wave, form.design, public_source=source)
        messages.success(request, _("The list is closed; its digest is public."))
    else:
        actor = cast(User, request.user)
        if isinstance(form, DrawForm):
            made = make_draw(wave, form.design, actor=actor)
        else:
            made = make_draw(wave, public_value=form.cleaned_data["public_value"], actor=actor)
        drawn = made.cells.aggregate(drawn=Sum("drawn"))["drawn"]
        messages.success(request, _("%(number)d citizens were drawn.") % {"number": drawn})


def _log(wave: Wave) -> dict[str, int]:
    """The encounters reported so far, and those that wait for a draw."""
    return Encounter.objects.filter(wave=wave).aggregate(
        encounters=Count("pk"),
        reachable=Count("pk", filter=Q(reachable=True)),
        waiting=Count("pk", filter=Q(draw=None)),
    )


def _look_ahead(request: HttpRequest, wave: Wave, form: Any) -> dict[str, Any]:
    if not isinstance(form, DrawForm) or not form.is_bound or not form.is_valid():
        return {}
    try:
        cells = preview(wave, form.design)
    except ValidationError as error:
        return {"problem": " ".join(error.messages)}
    return {
        "page": Paginator(cells, CELLS_A_PAGE).get_page(request.GET.get("page")),
        "total": sum(cell.drawn for cell in cells),
    }
