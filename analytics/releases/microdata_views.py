"""Where a researcher asks for the single answers of a published wave, and takes them away."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from analytics.domains.access import may_ask_for_microdata
from analytics.models import MicrodataRequest
from analytics.models.microdata import KEPT
from analytics.releases.microdata import ask
from surveys.access import only_for
from surveys.acts import record
from surveys.models import Act, User, Wave


class ByTitle(forms.ModelChoiceField):
    def label_from_instance(self, obj: Wave) -> str:
        return obj.title


class AskForm(forms.Form):
    wave = ByTitle(
        Wave.objects.filter(state=Wave.State.PUBLISHED, answers_deleted_at=None),
        label=gettext_lazy("Survey"),
        to_field_name="code",
    )
    institution = forms.CharField(label=gettext_lazy("Institution"), max_length=200)
    purpose = forms.CharField(
        label=gettext_lazy("What you want to find out"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@only_for(may_ask_for_microdata)
@never_cache
@require_http_methods(["GET", "POST"])
def microdata(request: HttpRequest) -> HttpResponse:
    form, user = AskForm(request.POST or None), cast(User, request.user)
    if request.method == "POST" and form.is_valid():
        ask(actor=user, **form.cleaned_data)
        messages.success(request, _("Sent. It now waits for the survey office."))
        return redirect("analytics:microdata")
    mine = MicrodataRequest.objects.filter(entered_by=user).select_related("wave")
    context = {"form": form, "requests": mine, "days": KEPT.days}
    return render(request, "microdata/asking.html", context)


@only_for(may_ask_for_microdata)
@never_cache
@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """For whoever asked, while the right and the file last; each time is on record."""
    asked = get_object_or_404(MicrodataRequest, pk=pk, entered_by=cast(User, request.user))
    if not asked.is_there:
        raise Http404
    record(Act.What.EXPORT, asked, wave=asked.wave.code, digest=asked.digest)
    name = f"{asked.wave.code}-microdata.zip"
    return FileResponse(asked.file.open(), as_attachment=True, filename=name)
