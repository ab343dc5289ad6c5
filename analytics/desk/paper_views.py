"""All papers of a wave: ordered, watched, taken away as one file."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from analytics.domains.access import may_order_report, may_see_desk
from analytics.reporting.papers import failed_papers, order_papers, progress, zipped
from surveys.access import only_for
from surveys.acts import record
from surveys.models import Act, User, Wave


@only_for(may_see_desk)
@never_cache
@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave.objects.exclude(state=Wave.State.DRAFT), code=code)
    may_order = may_order_report(request.user, None)
    if request.method == "POST":
        if not may_order:
            raise PermissionDenied
        try:
            order_papers(wave, cast(User, request.user))
        except ValueError:
            messages.error(
                request, _("There are no figures for a report yet: nobody has answered.")
            )
        return redirect("desk:papers", wave.code)
    context = {
        "wave": wave,
        "progress": progress(wave),
        "failed": failed_papers(wave),
        "may_order": may_order,
    }
    return render(request, "desk/papers.html", context)


@only_for(may_see_desk)
@never_cache
@require_safe
def papers_file(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """Every paper that is ready."""
    wave = get_object_or_404(Wave, code=code)
    if not progress(wave).done:
        raise Http404
    record(Act.What.EXPORT, wave, papers=progress(wave).done)
    return StreamingHttpResponse(
        zipped(wave),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{wave.code}-papers.zip"'},
    )
