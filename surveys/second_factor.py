"""The second step of signing in: who needs one, and how its secrets are kept."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from surveys.access import must_have_second_factor
from surveys.models import User

ENOUGH = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
OPEN_WITHOUT = (
    "account_",
    "mfa_",
    "usersessions_",
    "socialaccount_",
    "openid_connect_",
    "set_language",
)
"""Names of the addresses at which the second step is set up, or the session ended."""


class SecondFactors(DefaultMFAAdapter):
    """Keys of apps and recovery codes are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(secret: str) -> bytes:
    return urlsafe_b64encode(sha256(b"surveys.second_factor\0" + secret.encode()).digest())


def lacks_second_factor(user: User) -> bool:
    return must_have_second_factor(user) and not is_mfa_enabled(user, ENOUGH)


def forget_second_factor(request: HttpRequest, user: User) -> None:
    """For whoever has lost all of it; its owner is told by mail."""
    found = list(Authenticator.objects.filter(user=user))
    for authenticator in found:
        authenticator.delete()
        authenticator_removed.send(
            sender=Authenticator, request=request, user=user, authenticator=authenticator
        )
    if found:
        get_adapter().send_notification_mail("mfa/email/second_step_removed", user)


class SecondFactorFirst:
    """Middleware: whoever may publish or export sets up a second step before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = (match.url_name or "") if match else ""
        if not settings.SECOND_FACTOR_REQUIRED or not isinstance(user := request.user, User):
            return None
        if name.startswith(OPEN_WITHOUT) or not lacks_second_factor(user):
            return None
        if match and match.app_names[:1] == ["api"]:
            detail = _("Set up two-step sign-in first.")
            return JsonResponse({"detail": detail}, status=403)
        return HttpResponseRedirect(reverse("mfa_index"))
