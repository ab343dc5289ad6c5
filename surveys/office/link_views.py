"""The links of a wave: made all at once, listed by agency."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys.access import may_run_waves, only_for
from surveys.links import make_links, missing_links
from surveys.models import EntryPoint, FrameCell, User, Wave
from surveys.office.steps import context_of

LINKS_A_PAGE = 50


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def links(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code)
    if request.method == "POST":
        made = make_links(wave, actor=cast(User, request.user))
        words = ngettext("%(made)d link was made.", "%(made)d links were made.", made)
        messages.success(request, words % {"made": made})
        return redirect("setup:links", wave.code)
    asked = FrameCell.objects.filter(
        frame=wave.frame_id, service=OuterRef("service"), channel=OuterRef("channel")
    )
    found = EntryPoint.objects.filter(Exists(asked), active=True)
    found = found.select_related("service__agency", "channel", "service_point")
    page = Paginator(
        found.order_by("service__agency__code", "service__code", "channel__position", "pk"),
        LINKS_A_PAGE,
    ).get_page(request.GET.get("page"))
    context = context_of(wave, "setup:links") | {"page": page, "missing": len(missing_links(wave))}
    return render(request, "setup/links.html", context)
