"""The pages on which OPDC enters values of the scorecard, and approves each other's."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics.domains.access import may_approve_values, may_enter_values
from analytics.models import IndicatorRemark, IndicatorValue
from analytics.scorecard.entering import ENTERED, RemarkForm, ValueForm, approve, refuse
from analytics.scorecard.indicators import INDICATORS
from analytics.scorecard.words import of_indicator
from surveys.access import Visitor, only_for
from surveys.models import User


def _may_see(user: Visitor) -> bool:
    return may_enter_values(user) or may_approve_values(user)


@only_for(_may_see)
@never_cache
@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """What waits for approval, and what can be entered."""
    waiting = IndicatorValue.objects.filter(
        state=IndicatorValue.State.PENDING, indicator__in=ENTERED
    ).select_related("entered_by")
    context = {
        "waiting": [
            (value, ENTERED[value.indicator], of_indicator(value.value, ENTERED[value.indicator]))
            for value in waiting
        ],
        "indicators": ENTERED.values(),
        "remarkable": INDICATORS.values(),
        "may_approve": may_approve_values(request.user),
    }
    return render(request, "scorecard/entries.html", context)


@only_for(may_enter_values)
@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, code: str) -> HttpResponse:
    if code not in ENTERED:
        raise Http404
    indicator = ENTERED[code]
    form = ValueForm(indicator, request.POST or None, request.FILES or None)
    if form.is_valid():
        form.enter(cast(User, request.user))
        messages.success(request, _("Entered. It counts once another person has approved it."))
        return redirect("analytics:scorecard_entries")
    return render(request, "scorecard/enter.html", {"form": form, "indicator": indicator})


@only_for(may_approve_values)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    value = get_object_or_404(IndicatorValue, pk=pk)
    actor = cast(User, request.user)
    try:
        if "refuse" in request.POST:
            refuse(value, request.POST.get("why", ""), actor=actor)
            messages.success(request, _("Refused."))
        else:
            approve(value, actor=actor)
            messages.success(request, _("Approved. The scorecard shows it."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("analytics:scorecard_entries")


@only_for(may_enter_values)
@never_cache
@require_http_methods(["GET", "POST"])
def remark(request: HttpRequest, code: str) -> HttpResponse:
    """What a reader must know about a target; the earlier remarks are kept."""
    if code not in INDICATORS:
        raise Http404
    earlier = IndicatorRemark.objects.filter(indicator=code).order_by("-entered_at", "-pk")
    form = RemarkForm(request.POST or None, instance=None)
    if form.is_valid():
        form.enter(code, cast(User, request.user))
        messages.success(request, _("The remark is shown from now on."))
        return redirect("analytics:scorecard_entries")
    context = {
        "form": form,
        "indicator": INDICATORS[code],
        "earlier": earlier.select_related("entered_by"),
    }
    return render(request, "scorecard/remark.html", context)
