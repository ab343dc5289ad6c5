"""The short way to the pages and addresses that take responses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import cached_property, lru_cache
from typing import cast

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

PREFIXES = ("/s/", "/i/", "/stop/", "/api/v1/responses/", "/openrosa/")

# Trying one pattern after the other takes longer than to remember which fitted.
_remembered = lru_cache(maxsize=10_000)(resolve)
REMEMBERED_LENGTH = 200
"""Of the addresses remembered: longer ones are none of ours, and would fill the memory."""

Handler = Callable[[HttpRequest], HttpResponse]


def _resolve(path: str) -> ResolverMatch:
    return _remembered(path) if len(path) <= REMEMBERED_LENGTH else resolve(path)


class IntakeFirst:
    """Citizens and programs that send have no session, account or messages: their requests pass by
    the middleware behind this one, which takes as long as storing the response.

    What they need of it is done here: the host is checked, the language chosen, no other site may
    frame the page, and the policy for scripts is sent. Pages that take forms check the CSRF token
    themselves (`csrf_protect`).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.answer = convert_exception_to_response(self._answer)
        self.framing = XFrameOptionsMiddleware(get_response)
        self.policies = CSPMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        try:
            request.resolver_match = _resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)  # with its redirect where a slash is missing
        with translation.override(translation.get_language_from_request(request)):
            response = cast(HttpResponse, self.answer(request))
        if not response.streaming and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        if any(name.startswith("_csp") for name in vars(response)):
            self.policies.process_response(request, response)
        else:
            response.headers.setdefault(HEADER, self.policy)
        return self.framing.process_response(request, response)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        request.get_host()
        match = request.resolver_match
        assert match is not None
        response = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render"):
            response = response.render()
        return response

    @cached_property
    def policy(self) -> str:
        parts = self.policies.get_policy_parts(HttpRequest(), HttpResponse())
        return build_policy(**asdict(parts))
