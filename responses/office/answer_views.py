"""The pages on which the survey office takes single answers away, erases one as its sender asks,
and sees what is kept for how long."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from responses.access import (
    may_carry_out_retention,
    may_erase,
    may_export_answers,
    may_read_retention,
)
from responses.office.erasing import NotErased, erase_on_request
from responses.office.exports import ExportError, hand_out
from responses.privacy.retention import RULES, due
from responses.tasks import clear_what_is_due
from surveys.access import only_for
from surveys.acts import record
from surveys.models import Act, User, Wave

ACTS_SHOWN = 10
ON_RECORD = gettext_lazy("It is put on record. Write nothing about a citizen.")


class ExportForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("What the single answers are needed for"),
        max_length=300,
        help_text=ON_RECORD,
    )
    texts = forms.BooleanField(
        label=gettext_lazy("With what citizens wrote in their own words"), required=False
    )
    excluded = forms.BooleanField(
        label=gettext_lazy("With responses that screening has set aside"), required=False
    )


class ErasureForm(forms.Form):
    receipt = forms.CharField(
        label=gettext_lazy("Receipt code"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Twelve letters and digits, as whoever answered has them."),
    )
    why = forms.CharField(
        label=gettext_lazy("How the request came"), max_length=300, help_text=ON_RECORD
    )


@only_for(may_export_answers)
@never_cache
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    wave = get_object_or_404(Wave.objects.select_related("questionnaire"), code=code)
    form = ExportForm(request.POST or None)
    if form.is_valid():
        try:
            lines = hand_out(wave, **form.cleaned_data, actor=cast(User, request.user))
        except ExportError as error:
            form.add_error(None, str(error))
        else:
            name = f"{wave.code}-single-answers.csv"
            return StreamingHttpResponse(
                lines,
                content_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
    exports = Act.objects.filter(what=Act.What.EXPORT, kind="wave", about=code)
    context = {"wave": wave, "form": form, "acts": exports[:ACTS_SHOWN]}
    return render(request, "setup/export.html", context)


@only_for(may_erase)
@never_cache
@require_http_methods(["GET", "POST"])
def erasure(request: HttpRequest) -> HttpResponse:
    form = ErasureForm(request.POST or None)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            response = erase_on_request(
                asked["receipt"], cast(User, request.user), why=asked["why"]
            )
        except NotErased as error:
            form.add_error("receipt", str(error))
        else:
            messages.success(
                request, _("The answer with receipt %(code)s is erased.") % {"code": response}
            )
            return redirect("answers:erasure")
    erased = Act.objects.filter(what=Act.What.ERASE, emptied=False)
    context = {"form": form, "acts": erased[:ACTS_SHOWN]}
    return render(request, "setup/erasure.html", context)


@only_for(may_read_retention)
@never_cache
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    counts = due()
    rules: list[dict[str, Any]] = [
        {"what": rule.what, "how_long": rule.how_long(), "due": counts[rule.code]} for rule in RULES
    ]
    for rule in rules:
        rule["total"] = sum(rule["due"].values())
        rule["waves"] = {code: count for code, count in rule["due"].items() if code}
    cleared = Act.objects.filter(kind="retention", emptied=False)
    context = {
        "rules": rules,
        "total": sum(rule["total"] for rule in rules),
        "may_carry_out": may_carry_out_retention(request.user),
        "acts": cleared[:ACTS_SHOWN],
    }
    return render(request, "setup/retention.html", context)


@only_for(may_carry_out_retention)
@require_http_methods(["POST"])
def clear(request: HttpRequest) -> HttpResponse:
    account = cast(User, request.user).pk
    record(Act.What.ORDER, ("retention", "all"))
    transaction.on_commit(lambda: clear_what_is_due.delay(account))
    messages.success(request, _("The worker is clearing it. What it deleted appears here."))
    return redirect("answers:retention")
