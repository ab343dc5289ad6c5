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
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from surveys import clock

ANSWERING = "answering"
"""In the state of a sign-in by which a citizen gets a token: no account is looked for."""
COOKIE, COOKIE_AGE = "citizen", 600
COOKIE_PATH = "/verified/"
"""Where tokens are asked for: the cookie is never sent along with an answer."""
_SALT = "surveys.identity.citizen"


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
        """An identity that no account has is refused in words; a citizen needs no account."""
        if sociallogin.state.get(ANSWERING):
            raise ImmediateHttpResponse(_back_to_answering(request, sociallogin))
        linking = sociallogin.state.get("process") == "connect"
        if not (sociallogin.is_existing or linking):
            context = {"name": sociallogin.provider.name}
            raise ImmediateHttpResponse(
                render(request, "socialaccount/unknown.html", context, status=403)
            )

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("socialaccount_connections")


def _back_to_answering(request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
    """Nothing of the identity stays here: the browser carries it to the next page."""
    if not request.user.is_authenticated:
        request.session.flush()
    response = HttpResponseRedirect(sociallogin.state["next"])
    told = [sociallogin.account.uid, int(clock.now().timestamp())]
    response.set_cookie(
        COOKIE,
        signing.dumps(told, salt=_SALT),
        max_age=COOKIE_AGE,
        path=COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def told(request: HttpRequest) -> str:
    """The keyed hash of whoever signed in lately to answer; "" for anybody else."""
    try:
        uid, issued = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return uid if clock.now().timestamp() - issued <= COOKIE_AGE else ""


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, COOKIE_PATH, samesite="Lax")
