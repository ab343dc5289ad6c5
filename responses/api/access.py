"""Who sends: the key of a collecting system, and how many requests it may make."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from responses.models.collecting_system import Sender, note_use, sender_with
from surveys import attempts, clock

WINDOW = 60
_SENDER = "responses.sender"
"""No header is called so."""


def sender_of(request: HttpRequest) -> Sender:
    """Who sends this, and may send now. Raise what REST framework answers otherwise. However often
    it is asked of one request, that is counted once."""
    if known := request.META.get(_SENDER):
        return known
    sender = _with_its_key(request)
    if sender is None:
        raise NotAuthenticated
    if seconds := seconds_to_wait(sender):
        raise Throttled(seconds)
    request.META[_SENDER] = sender
    return sender


def _with_its_key(request: HttpRequest | Request) -> Sender | None:
    scheme, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    sender = sender_with(key)
    if sender is None:
        raise AuthenticationFailed(_("This key is not valid."))
    note_use(sender.pk)
    return sender


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. `request.user` is then a `Sender`."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        sender = _with_its_key(request)
        return (sender, None) if sender else None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyThrottle(BaseThrottle):
    """So many requests a minute for each key, whatever address they come from: many offices share
    one."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.seconds = seconds_to_wait(request.user)  # type: ignore[arg-type]
        return not self.seconds

    def wait(self) -> float:
        return self.seconds


def seconds_to_wait(sender: Sender) -> int:
    """Count a request of the sender; 0 where it may make it, else when it may make the next."""
    now = int(clock.now().timestamp())
    window = f"api-requests:{sender.pk}:{now // WINDOW}"
    if attempts.count(window, seconds=2 * WINDOW) <= settings.API_REQUESTS_PER_MINUTE:
        return 0
    return WINDOW - now % WINDOW
