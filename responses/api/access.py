"""Who sends: the key of a collecting system, and how many requests it may make."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from responses.models.collecting_system import Sender, note_use, sender_with
from surveys import attempts, clock

WINDOW = 60


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. `request.user` is then a `Sender`."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _space, key = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        sender = sender_with(key.decode("latin-1"))
        if sender is None:
            raise AuthenticationFailed(_("This key is not valid."))
        note_use(sender.pk)
        return sender, None

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
