"""Figures for everybody, read from a replica of the database where there is one.

Visitors without a session or key who read published figures get them from `REPLICA_URL`, so that
readers take nothing from those who answer. It may be some moments behind. Where it is away, or says
that it cannot answer, the primary answers, and is asked at once for a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

REPLICA = "replica"
AWAY_FOR = 10.0
"""Seconds for which nobody waits for a replica that has not answered."""

PAGES = {
    *("home", "waves", "wave", "release_table", "quality", "change", "compare", "paper"),
    *("agency_paper", "agency_page", "agency_services", "agency_first", "agency_improvements"),
    *("agency_reached", "agency_data", "agency_file", "badge", "draws", "draw", "scorecard"),
    *("scorecard_csv", "scorecard_json"),
}
LISTS = {"draws", "scorecard", "waves", "scores", "changes", "months", "response_rates"}
"""Of the API. What a visitor has ordered or sent (a report, a check) is in neither."""

_reading: ContextVar[bool] = ContextVar("reading_from_replica", default=False)


class Router:
    def db_for_read(self, model: Any, **hints: Any) -> str:
        return REPLICA if _reading.get() else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


class ReadFromReplica:
    """The last middleware: all others have seen the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.asked_again_at = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> Any:
        """The answer from the replica; None lets the view answer from the primary."""
        if time.monotonic() < self.asked_again_at or not _is_for_everybody(request):
            return None
        token = _reading.set(True)
        try:
            response = view(request, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response
        except (OperationalError, InterfaceError):
            self.asked_again_at = time.monotonic() + AWAY_FOR
            return None
        finally:
            _reading.reset(token)


def _is_for_everybody(request: HttpRequest) -> bool:
    match = request.resolver_match
    if request.method not in ("GET", "HEAD") or match is None:
        return False
    shown = {"analytics": PAGES, "api": LISTS}.get(match.namespace, set())
    known = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
    return match.url_name in shown and not known
