"""Which alerts there are, which were sent, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from analytics.alerts.drawing import drawing
from analytics.alerts.forms import ChoiceForm
from analytics.alerts.kind import Kind
from analytics.alerts.kinds import KINDS
from analytics.alerts.series import series_of
from analytics.alerts.telling import alerts_for, choice_of
from analytics.dashboards.agency_page import AgencyPage
from analytics.dashboards.shown_files import with_files
from analytics.models import Alert
from responses.comments import danger
from surveys.access import Visitor, may_see_every_agency, may_see_figures, only_for
from surveys.models import Agency, User, Wave

A_PAGE = 25


@only_for(may_see_figures)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ChoiceForm(request.POST or None, instance=choice_of(user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Noted."))
        return redirect(request.path)
    context = _listed(request, alerts_for(user)) | {"form": form, "danger": _danger(user)}
    return render(request, "alerts/alerts.html", context)


@only_for(may_see_figures)
@never_cache
@require_safe
@with_files
def of_agency(request: HttpRequest, agency: str) -> HttpResponse:
    page = AgencyPage(request.user, agency, request.GET.get("wave", ""), "alerts")
    if not page.own:
        raise Http404
    series = next(iter(series_of(page.wave, page.agency)), None)
    context = _listed(request, alerts_for(request.user).filter(agency=page.agency)) | {
        "page": page,
        "wave": page.wave,
        "agency": page.agency,
        "series": series,
        "drawing": drawing(series) if series else None,
        "danger": _danger(request.user, page.agency),
    }
    return render(request, "alerts/agency.html", context)


@dataclass(frozen=True)
class Told:
    """An alert with its words."""

    alert: Alert
    kind: Kind
    why: str
    sent: int


def _listed(request: HttpRequest, found: QuerySet[Alert]) -> dict[str, Any]:
    found = found.annotate(sent=Count("mails")).order_by("-began_on", "-pk")
    past = Paginator(found.exclude(ended_on=None), A_PAGE).get_page(request.GET.get("page"))
    return {
        "standing": [_told(alert) for alert in found.filter(ended_on=None)],
        "past": [_told(alert) for alert in past],
        "past_page": past,
        "kinds": KINDS.values(),
    }


def _told(alert: Any) -> Told:
    kind = KINDS[alert.kind]
    return Told(alert, kind, kind.sentence(alert.facts), alert.sent)


def _danger(user: Visitor, agency: Agency | None = None) -> list[tuple[Wave, Agency, int]]:
    """Comments that nobody has read and that may name a danger: for the survey office alone, as
    its mails are (responses/comments/danger.py)."""
    if not may_see_every_agency(user):
        return []
    return [
        (wave, each, number)
        for wave in Wave.objects.filter(state=Wave.State.OPEN).order_by("pk")
        for each, number in danger.waiting(wave)
        if agency in (None, each)
    ]
