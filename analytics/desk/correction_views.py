"""Correcting what was published: one person says why, another approves, and a release is made."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from analytics.domains.access import may_approve, may_check, may_see_desk
from analytics.models import Correction
from analytics.releases.keeping import approve, propose, refuse, would_change
from surveys.access import only_for
from surveys.models import User, Wave

SHOWN = 200


class CorrectionForm(forms.Form):
    reason_th = forms.CharField(
        label=gettext_lazy("Reason in Thai"),
        max_length=500,
        help_text=gettext_lazy("It is published with the figures. Write nothing about a citizen."),
    )
    reason_en = forms.CharField(label=gettext_lazy("Reason in English"), max_length=500)


@only_for(may_see_desk)
@never_cache
@require_http_methods(["GET", "POST"])
def corrections(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code, state=Wave.State.PUBLISHED)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST":
        if not may_check(request.user):
            raise PermissionDenied
        if form.is_valid():
            try:
                propose(wave, cast(User, request.user), **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Proposed. It now waits for somebody else’s approval."))
                return redirect("desk:corrections", code)
    found = wave.corrections.select_related("entered_by", "decided_by", "keptrelease")
    changes = would_change(wave)
    context = {
        "wave": wave,
        "form": form,
        "decided": found.exclude(state=Correction.State.PENDING).order_by("-decided_at"),
        "waiting": found.filter(state=Correction.State.PENDING).first(),
        "changes": changes[:SHOWN],
        "further": max(len(changes) - SHOWN, 0),
        "may_check": may_check(request.user),
        "may_approve": may_approve(request.user),
    }
    return render(request, "desk/corrections.html", context)


@only_for(may_see_desk)
@require_POST
def decide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Approve or refuse: as the button says. Whoever proposed it may take it back."""
    correction = get_object_or_404(Correction, pk=pk, wave__code=code)
    actor, step = cast(User, request.user), request.POST.get("step", "")
    if step not in ("approve", "refuse"):
        raise Http404
    if not (may_approve(actor) or (step == "refuse" and may_check(actor))):
        raise PermissionDenied
    try:
        if step == "approve":
            kept = approve(correction.pk, actor)
            done = _("Release %s is made and public.") % kept.number
        else:
            refuse(correction.pk, actor, request.POST.get("why", ""))
            done = _("Refused. The release stays as it is.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("desk:corrections", code)
