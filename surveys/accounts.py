from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from surveys import sign_in
from surveys.addresses import whole
from surveys.client_address import client_address
from surveys.models import User


class InvitedAccountsOnly(DefaultAccountAdapter):
    """Accounts are made by the survey office; nobody signs up."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Behind a proxy attempts are counted for each visitor, not for all at once."""
        return str(client_address(request.META) or "0.0.0.0")  # noqa: S104

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # Guessed passwords

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        if not sign_in.may_try(request, _login(credentials)):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user:
            sign_in.was_right(request, _login(credentials))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in.was_wrong(request, _login(credentials))

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Whoever has chosen a new password may use it at once."""
        sign_in.was_right(request, _login(credentials))

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **options)
        sign_in.remember_browser(response, user)
        return response

    # Links in mails: never of the name by which the server was called

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, secret = key.partition("-")
        return whole(
            reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": secret})
        )

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return whole(reverse("account_confirm_email", args=[emailconfirmation.key]))


def _login(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username") or credentials.get("email") or "")
