from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedAccountsOnly(DefaultAccountAdapter):
    """Accounts are made by the survey office; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
