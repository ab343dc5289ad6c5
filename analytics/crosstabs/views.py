"""Free cross-tabs, for OPDC's analysts: asked for, waited for, read, taken away."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from analytics.crosstabs.forms import OrderForm, ScopeForm, scopes
from analytics.crosstabs.making import KEPT, ask
from analytics.crosstabs.shown import records, shown
from analytics.domains.access import may_order_crosstabs, may_see_crosstabs
from analytics.models import CrossTab
from surveys.access import only_for
from surveys.acts import record
from surveys.csv_files import csv_line
from surveys.models import Act, User

SHOWN = 20


@only_for(may_see_crosstabs)
@never_cache
@require_http_methods(["GET", "POST"])
def crosstabs(request: HttpRequest) -> HttpResponse:
    """Which waves, then by what; the tables made before."""
    may_order = may_order_crosstabs(request.user)
    if request.method == "POST" and not may_order:
        raise PermissionDenied
    known = scopes()
    chosen = known.get(request.GET.get("of", ""))
    form = OrderForm(chosen[1], request.POST or None) if chosen and may_order else None
    if chosen and form and request.method == "POST" and form.is_valid():
        return redirect(ask(chosen[1], form.order(), cast(User, request.user)))
    made = CrossTab.objects.prefetch_related("waves__questionnaire")[:SHOWN]
    context = {
        "scope": ScopeForm(known, request.GET if chosen else None) if known else None,
        "chosen": chosen,
        "form": form,
        "may_order": may_order,
        "made": [(tab, shown(tab)) for tab in made],
        "days": KEPT.days,
    }
    return render(request, "crosstabs/asking.html", context)


@only_for(may_see_crosstabs)
@never_cache
@require_safe
def crosstab(request: HttpRequest, pk: UUID) -> HttpResponse:
    tab = get_object_or_404(CrossTab, pk=pk)
    return render(request, "crosstabs/table.html", {"tab": tab, "table": shown(tab)})


@only_for(may_see_crosstabs)
@never_cache
@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    tab = get_object_or_404(CrossTab, pk=pk, state=CrossTab.State.DONE)
    record(Act.What.EXPORT, tab, cast(User, request.user))
    lines = map(csv_line, records(shown(tab)))
    answer = HttpResponse("\ufeff" + "".join(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="cross-tab-{tab.pk}.csv"'
    return answer
