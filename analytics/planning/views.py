"""The page that says how many citizens to invite: for OPDC, and for an agency about itself."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from analytics.domains.access import waves_for
from analytics.estimation.official import Edition, Rule
from analytics.planning.planner import Wish, plan_for
from analytics.planning.spread import earlier
from surveys.access import Visitor, may_act, may_see_every_agency, reach
from surveys.models import Agency, User, Wave

CELLS_A_PAGE = 25


def waves_to_plan(user: Visitor) -> QuerySet[Wave]:
    """Those whose figures one may see; the office also plans drafts."""
    waves = Wave.objects.all() if may_see_every_agency(user) else waves_for(user)
    return waves.order_by("-starts_on", "code")


def agencies_to_plan(user: User) -> QuerySet[Agency]:
    """Those with services of their own among the agencies that one may plan for."""
    agencies = reach(user) if may_act(user) else Agency.objects.none()
    agencies = agencies.without_tree_fields()  # type: ignore[attr-defined]
    return agencies.filter(services__isnull=False).distinct().order_by("code")


class PlanForm(forms.Form):
    """A GET form: its address can be kept and sent on."""

    wave = forms.ModelChoiceField(
        Wave.objects.none(), label=_("Survey"), to_field_name="code", empty_label=None
    )
    before = forms.ModelChoiceField(
        Wave.objects.none(),
        label=_("Expect what was found in"),
        to_field_name="code",
        required=False,
        empty_label=_("no earlier survey"),
    )
    agency: forms.ModelChoiceField[Agency] = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency"),
        to_field_name="code",
        required=False,
        empty_label=_("all that I see"),
    )
    goal = forms.ChoiceField(
        label=_("Aim"),
        choices=[
            ("width", _("a precision")),
            ("verdict", _("a verdict on the target")),
            ("robust", _("a verdict that nonresponse does not turn")),
        ],
    )
    unit = forms.ChoiceField(
        label=_("In each"),
        choices=[("agency", _("agency")), ("cell", _("service on each channel"))],
    )
    half_width = forms.FloatField(
        label=_("Precision, ± percentage points"), min_value=0.5, max_value=30, initial=5
    )
    power = forms.FloatField(
        label=_("Chance of a verdict, in per cent"), min_value=50, max_value=99, initial=80
    )
    share = forms.FloatField(
        label=_("Satisfied, where nothing is known, in per cent"),
        min_value=1,
        max_value=99,
        initial=85,
    )
    response_rate = forms.FloatField(
        label=_("Of those invited answer, in per cent"), min_value=1, max_value=100, initial=20
    )
    deff = forms.FloatField(label=_("Design effect"), min_value=1, max_value=10, initial=1)

    def __init__(self, user: User, asked: Any) -> None:
        initial = {name: field.initial for name, field in self.base_fields.items() if field.initial}
        waves = waves_to_plan(user)
        if first := waves.first():
            initial["wave"] = first.code
        chosen = {name: asked[name] for name in self.base_fields if name in asked}
        super().__init__(
            {"goal": "width", "unit": "agency", **initial, **chosen}, auto_id="plan_%s"
        )
        for name, queryset in (
            ("wave", waves),
            ("before", waves_for(user).order_by("-starts_on")),
            ("agency", agencies_to_plan(user)),
        ):
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = queryset

    def wish(self) -> Wish:
        chosen = self.cleaned_data
        method = chosen["wave"].declared_method()
        return Wish(
            half_width=chosen["half_width"] / 100 if chosen["goal"] == "width" else None,
            power=chosen["power"] / 100,
            target=method.target,
            unit=chosen["unit"],
            share=chosen["share"] / 100,
            response_rate=chosen["response_rate"] / 100,
            deff=chosen["deff"],
            rule=Rule(Edition(method.edition), method.level),
            gamma=method.gamma if chosen["goal"] == "robust" else None,
        )


@login_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    agencies = agencies_to_plan(user)
    if not agencies.exists():
        raise PermissionDenied
    form = PlanForm(user, request.GET)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        chosen = form.cleaned_data["agency"]
        seen = list(agencies.values_list("pk", flat=True))
        planned = plan_for(
            form.cleaned_data["wave"],
            [chosen.pk] if chosen else seen,
            earlier(
                form.cleaned_data["before"], seen, suppressed=may_see_every_agency(request.user)
            ),
            form.wish(),
        )
        context |= {
            "plan": planned,
            "target": form.wish().target,
            "page": Paginator(planned.rows, CELLS_A_PAGE).get_page(request.GET.get("page")),
        }
    return render(request, "analytics/planning.html", context)
