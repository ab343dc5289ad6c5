"""The way from a web server to Django and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http.client import responses
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import close_old_connections
from django.urls import set_script_prefix
from django.utils.module_loading import import_string

from config import request_ids
from config.intake_first import PREFIXES

Environ = dict[str, Any]
Headers = list[tuple[str, str]]

SINGLE = "/api/v1/responses/"
CREATED = 201
SENDERS_LIMIT = 100
"""How many ways of asking are known: whoever sends may write a host as they like."""


class Handler(WSGIHandler):
    """Django's own, without the signals that a request has begun and ended where responses are
    taken: of those who listen they need the one that closes connections which are lost or old, and
    are told of it once.

    A program's response that is stored passes by Django as well, which takes twice as long as all
    else, and gets the headers of one before it. Any other is answered by Django, from the start.
    """

    def __init__(self) -> None:
        super().__init__()
        self.receive = import_string("responses.api.single.receive_request")
        self.alike: dict[tuple[str | None, ...], Headers] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Any:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIXES):
            return super().__call__(environ, start_response)
        close_old_connections()
        if path != SINGLE or environ["REQUEST_METHOD"] != "POST" or environ.get("QUERY_STRING"):
            return self._by_django(environ, start_response)
        way = tuple(map(environ.get, ("wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST")))
        if alike := self.alike.get(way):
            stored = self._past_django(environ, alike, start_response)
            if stored is not None:
                return stored
        return self._by_django(environ, start_response, way)

    def _past_django(
        self, environ: Environ, alike: Headers, start_response: Callable[..., Any]
    ) -> Iterable[bytes] | None:
        """None where it is not stored."""
        request = WSGIRequest(environ)
        try:
            with request_ids.drawn() as number:
                status, body = self.receive(request)
        except Exception:  # Django tells of it, in words or in the log
            if hasattr(request, "_body"):
                environ["wsgi.input"] = BytesIO(request.body)
            return None
        own = [("Content-Length", str(len(body))), (request_ids.HEADER, number)]
        start_response(f"{status} {responses[status]}", [*alike, *own])
        return [body]

    def _by_django(
        self,
        environ: Environ,
        start_response: Callable[..., Any],
        way: tuple[str | None, ...] = (),
    ) -> Iterable[bytes]:
        request = WSGIRequest(environ)
        set_script_prefix(request.META["SCRIPT_NAME"] or "/")
        response: Any = self.get_response(request)
        cookies = [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
        headers = [*response.items(), *cookies]
        if way and response.status_code == CREATED and not settings.COLLECTOR:
            if len(self.alike) >= SENDERS_LIMIT:
                self.alike.clear()
            own = ("Content-Length", request_ids.HEADER)
            self.alike[way] = [header for header in headers if header[0] not in own]
        start_response(f"{response.status_code} {response.reason_phrase}", headers)
        if response.streaming:
            return response
        request.close()
        return [response.content]
