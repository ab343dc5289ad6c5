"""The page that shows what people did, for whoever may read the record."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from surveys.access import may_read_acts, only_for
from surveys.act_chain import chain_new, head
from surveys.acts import record
from surveys.models import Act
from surveys.people.act_list import ActFilter, as_csv, told

ACTS_A_PAGE = 50


@only_for(may_read_acts)
@never_cache
@require_safe
def acts(request: HttpRequest) -> HttpResponse:
    form = ActFilter(request.GET)
    page = Paginator(form.acts(), ACTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "acts": list(told(list(page.object_list))),
        "head": head(),
    }
    return render(request, "people/acts.html", context)


@only_for(may_read_acts)
@never_cache
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The acts that were looked for, as a file. Taking them away is one too."""
    form = ActFilter(request.GET)
    chain_new()
    found = form.acts().exclude(position=None)
    record(Act.What.EXPORT, ("act", str(head())))
    return StreamingHttpResponse(
        as_csv(found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="acts.csv"'},
    )
