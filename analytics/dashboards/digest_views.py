"""Whether one wants the weekly mail."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from responses.models import Digest
from surveys.access import may_act, only_for
from surveys.models import User


class DigestForm(forms.ModelForm):
    class Meta:
        model = Digest
        fields = ["wanted"]


@only_for(may_act)
@never_cache
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    mine = Digest.objects.filter(user=user).first() or Digest(user=user)
    form = DigestForm(request.POST if request.method == "POST" else None, instance=mine)
    if form.is_valid():
        Digest.objects.update_or_create(user=user, defaults=form.cleaned_data)
        messages.success(request, _("Noted."))
        return redirect("analytics:digest")
    return render(request, "analytics/digest.html", {"form": form})
