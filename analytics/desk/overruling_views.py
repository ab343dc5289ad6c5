"""Overruling what screening set aside of an agency: one proposes with a reason, another agrees."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from analytics.domains.access import may_overrule
from responses.models import AgencyScreening, Overruling
from responses.screening.overruling import agree, propose, withdraw
from surveys.access import only_for
from surveys.models import Agency, User, Wave


class ProposalForm(forms.Form):
    agency: Any = forms.ModelChoiceField(Agency.objects.none(), label=gettext_lazy("Agency"))
    late_only = forms.BooleanField(
        label=gettext_lazy("Only what was handed in late"),
        required=False,
        help_text=gettext_lazy(
            "For a device or program that was offline for days. Other rules still set aside."
        ),
    )
    reason_th = forms.CharField(
        label=gettext_lazy("Reason in Thai"),
        max_length=500,
        help_text=gettext_lazy("It is published with the figures. Write nothing about a citizen."),
    )
    reason_en = forms.CharField(
        label=gettext_lazy("Reason in English"), max_length=500, required=False
    )

    def __init__(self, wave: Wave, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)
        aside = AgencyScreening.objects.filter(wave=wave, set_aside__gt=0).values("agency")
        overruled = Overruling.objects.filter(wave=wave).values("agency")
        agencies = Agency.objects.without_tree_fields().filter(pk__in=aside)
        field.queryset = agencies.exclude(pk__in=overruled).order_by("code")


@only_for(may_overrule)
@never_cache
@require_http_methods(["GET", "POST"])
def overrulings(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave.objects.exclude(state=Wave.State.DRAFT), code=code)
    form = ProposalForm(wave, request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            propose(wave, **given, actor=cast(User, request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Proposed. It now waits for somebody else to agree."))
            return redirect("desk:overrulings", code)
    found = Overruling.objects.filter(wave=wave).order_by("agency__code")
    context = {
        "wave": wave,
        "form": form,
        "found": found.select_related("agency", "proposed_by", "agreed_by").order_by(
            "agency__code"
        ),
        "decidable": wave.state in (Wave.State.OPEN, Wave.State.CLOSED),
    }
    return render(request, "desk/overrulings.html", context)


@only_for(may_overrule)
@require_POST
def decide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Agree, or withdraw: as the button says."""
    overruling = get_object_or_404(
        Overruling.objects.select_related("wave"), pk=pk, wave__code=code
    )
    carry_out = agree if request.POST.get("step") == "agree" else withdraw
    try:
        carry_out(overruling, cast(User, request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Done. The next screening, within minutes, follows it."))
    return redirect("desk:overrulings", code)
