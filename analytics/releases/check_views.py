"""A release that somebody has, held against itself, for whoever has no terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from analytics.models import ReleaseCheck
from analytics.releases.checking import LARGEST, OneAtATimeError, bring, published_as
from analytics.releases.verifying import Verified, in_words
from surveys.access import may_see_figures, only_for
from surveys.models import User


class ReleaseForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Release (zip)"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            said = _("%(file)s is larger than %(limit)s MB: that is no release.")
            raise forms.ValidationError(said % {"file": file.name, "limit": LARGEST >> 20})
        return file


@only_for(may_see_figures)
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    form = ReleaseForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(bring(form.cleaned_data["file"], cast(User, request.user)))
        except OneAtATimeError:
            form.add_error("file", _("Your last file is still being checked. Wait for it."))
    return render(request, "analytics/check_release.html", {"form": form})


@only_for(may_see_figures)
@never_cache
@require_safe
def checked(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was found, for whoever brought the file."""
    found = get_object_or_404(ReleaseCheck, pk=pk, requested_by=request.user)
    verified = Verified.from_dict(found.result) if found.result else None
    first = verified and verified.first
    if first and first.file == f"{found.pk}.zip":  # by the name under which it was brought
        first = replace(first, file=found.name)
    context = {
        "check": found,
        "verified": verified,
        "first": in_words(first) if first else "",
        "published": published_as(found),
    }
    return render(request, "analytics/release_checked.html", context)
