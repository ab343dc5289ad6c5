"""The request that is being answered, for the record of acts: who asks, and from which session."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

_request: ContextVar[HttpRequest | None] = ContextVar("request_at_hand", default=None)
_SALT = "surveys.at_hand.session"


class RequestAtHand:
    """Middleware: behind those that know the session and its account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def account() -> Any | None:
    """The account that the request is made with; None outside requests, as in a command."""
    user = getattr(_request.get(), "user", None)
    return user if user is not None and user.is_authenticated else None


def session_mark() -> str:
    """A keyed hash of the session: the acts of one session can be told to be so, and nobody can
    take the session over with it."""
    session = getattr(_request.get(), "session", None)
    return mark_of(session.session_key) if session is not None and session.session_key else ""


def mark_of(session_key: str) -> str:
    return salted_hmac(_SALT, session_key, algorithm="sha256").hexdigest()[:16]
