"""What people may change about their own account, and how it is known that it is them.

The address of an account (`User.email`) is set by the survey office, or by its owner who signs in
again and follows the link sent to the new address; the old one is told. A password is reset through
no other.
"""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.account.models import EmailAddress
from allauth.account.views import EmailView
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from surveys.models import User


class ResetByConfirmedAddress(ResetPasswordForm):
    users: list[User]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.email.lower() == email.lower()]
        return email


class OwnAddress(EmailView):
    """One address an account: a new one takes the place of the old once it is confirmed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            keep_confirmed(request.user)
        return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "action_add" not in request.POST:
            return HttpResponseRedirect(reverse("account_email"))
        return cast(HttpResponseBase, super().post(request, *args, **kwargs))


def keep_confirmed(user: User) -> None:
    """The account's address is its confirmed one; others that it had are not any more."""
    addresses = EmailAddress.objects.filter(user=user)
    addresses.filter(verified=True).exclude(email=user.email.lower()).delete()
    if not user.email:
        return
    email = user.email.lower()
    taken = EmailAddress.objects.filter(email=email, verified=True).exclude(user=user).exists()
    addresses.exclude(email=email).filter(primary=True).update(primary=False)
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"primary": True, "verified": not taken}
    )


def tell_former_address(user: User, former: str) -> None:
    get_adapter().send_notification_mail(
        "account/email/email_changed",
        user,
        {"from_email": former, "to_email": user.email},
        email=former,
    )


def sign_in_again(request: HttpRequest) -> HttpResponseRedirect | None:
    """Where to sign in again, if that was not done lately: what was typed is not kept."""
    if did_recently_reauthenticate(request):
        return None
    back = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{back}")
