"""The people of an agency and all below it, for whoever may invite them; for a superuser those of
OPDC too."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from surveys import inviting_people
from surveys.access import (
    accounts_to_close,
    accounts_within_reach,
    may_give_rights,
    may_invite_people,
    only_for,
    reach,
    roles_to_give,
)
from surveys.models import User
from surveys.own_account import sign_in_again
from surveys.roles import BY_NAME

PEOPLE_A_PAGE = 50


class InviteForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("Mail address"), max_length=150)
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=150)
    agency: Any = forms.ModelChoiceField(None, label=gettext_lazy("Agency"), to_field_name="code")
    role = forms.ChoiceField(label=gettext_lazy("Role"))

    def __init__(self, by: User, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        agencies = cast(forms.ModelChoiceField, self.fields["agency"])
        agencies.queryset = reach(by)
        agencies.initial = by.agency
        agencies.required = not may_give_rights(by)
        roles = [(name, gettext(name)) for name in roles_to_give(by)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["role"].initial = "Agency viewer"

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists() or (
            User.objects.filter(username__iexact=email).exists()
        ):
            raise forms.ValidationError(_("An account with this address exists already."))
        return email

    def clean(self) -> None:
        role, agency = self.cleaned_data.get("role"), self.cleaned_data.get("agency")
        of_agency = role is not None and BY_NAME[role].given_by_office
        if of_agency and agency is None and not self.has_error("agency"):
            self.add_error("agency", _("This role is of an agency: choose which."))


@only_for(may_invite_people)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    if again := sign_in_again(request):
        return again
    by = cast(User, request.user)
    form = InviteForm(by, request.POST or None)
    if form.is_valid():
        inviting_people.invite(by=by, **form.cleaned_data)
        messages.success(request, _("The invitation is on its way."))
        return redirect("people:people")
    accounts = accounts_within_reach(by).select_related("agency").prefetch_related("groups")
    page = Paginator(accounts, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    mine = accounts_to_close(by).filter(pk__in=[account.pk for account in page])
    closable = set(mine.values_list("pk", flat=True))
    context = {"form": form, "page": page, "closable": closable, "of_opdc": may_give_rights(by)}
    return render(request, "people/people.html", context)


@only_for(may_invite_people)
@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)
    if account.last_login is None:
        inviting_people.send_invitation(account, cast(User, request.user))
        messages.success(request, _("The invitation is on its way."))
    return redirect("people:people")


@only_for(may_invite_people)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    inviting_people.close(_account(request, pk))
    messages.success(request, _("The account is closed."))
    return redirect("people:people")


def _account(request: HttpRequest, pk: int) -> User:
    """One that the visitor may close. A neighbour's is not there."""
    return get_object_or_404(accounts_to_close(request.user), pk=pk, is_active=True)
