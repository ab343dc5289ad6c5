"""A session of staff ends by itself twelve hours after its last use: Django ends it, and here it is
used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from surveys import clock

NOTED_EVERY = 600
"""Seconds: nobody writes a session with every page."""
_USED = "used"


class NoteUse:
    """Middleware within that of sessions. A page that does not look at the session does not use
    it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session and _is_due(session.get(_USED, 0)):
            session[_USED] = _now()
        return response


def begin(sender: Any, request: HttpRequest, **_signal: Any) -> None:
    """To be told of each signing in."""
    request.session[_USED] = _now()


def _is_due(noted: int) -> bool:
    return abs(_now() - noted) >= NOTED_EVERY


def _now() -> int:
    return int(clock.now().timestamp())
