"""Signing in with an identity of the state (ThaID, DGA Digital ID), over OpenID Connect.

Of an identity a keyed hash of its `sub` is kept and nothing else. Nobody gets an account by it: an
account's owner, signed in, links the identity to the account.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse


class SealedIdentity(OpenIDConnectProvider):
    """Asks for `openid` alone, and forgets what comes with it."""

    def get_default_scope(self) -> list[str]:
        return ["openid"]

    def extract_uid(self, data: Any) -> str:
        return sealed(self.app.provider_id, str(super().extract_uid(data)))

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        return {}


def sealed(provider: str, sub: str) -> str:
    key = settings.IDENTITY_KEY.encode()
    return hmac.new(key, f"{provider}\0{sub}".encode(), sha256).hexdigest()


class InvitedIdentitiesOnly(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """An identity that no account has is refused in words."""
        linking = sociallogin.state.get("process") == "connect"
        if not (sociallogin.is_existing or linking):
            context = {"name": sociallogin.provider.name}
            raise ImmediateHttpResponse(
                render(request, "socialaccount/unknown.html", context, status=403)
            )

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("socialaccount_connections")
