"""The page that shows what people did, for whoever may read the record."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from surveys.access import may_read_acts, only_for
from surveys.act_chain import chain_new, head, noted_root, verify
from surveys.acts import record
from surveys.models import Act
from surveys.people.act_list import ActFilter, as_csv, told

ACTS_A_PAGE = 50
FAULTS_SHOWN = 20


class NotedForm(forms.Form):
    root = forms.CharField(
        label=gettext_lazy("A value that was noted elsewhere"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Number of acts, a colon, 64 digits and letters. May stay empty."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_root(self) -> dict[int, str]:
        if not (text := self.cleaned_data["root"]):
            return {}
        try:
            return dict([noted_root(text)])
        except ValueError:
            raise forms.ValidationError(
                _("This is not such a value: copy all of it, from the number on.")
            ) from None


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


@only_for(may_read_acts)
@never_cache
@require_http_methods(["GET", "POST"])
def verified(request: HttpRequest) -> HttpResponse:
    """Compute the whole chain again."""
    form = NotedForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        chain_new()
        faults = verify(form.cleaned_data["root"])
        context |= {"faults": list(islice(faults, FAULTS_SHOWN)), "head": head(), "done": True}
        context["more"] = sum(1 for _fault in faults)
    return render(request, "people/verified.html", context)
