from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from surveys.client_address import client_address


class InvitedAccountsOnly(DefaultAccountAdapter):
    """Accounts are made by the survey office; nobody signs up."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Behind a proxy attempts to sign in are counted for each visitor, not for all at once."""
        return str(client_address(request.META) or "0.0.0.0")  # noqa: S104

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
