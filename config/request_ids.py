"""A number for each request and each task, by which its lines in the log are found.

Drawn here, never taken from outside: it says nothing of who sent what. The answer has it in
`X-Request-Id`, and pages that say that something went wrong show it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery.signals import task_prerun
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-Id"
_current: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIds:
    """Stands first: what anything behind it logs has the number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with drawn() as number:
            response = self.get_response(request)
            response.headers[HEADER] = number
        return response


@contextmanager
def drawn() -> Iterator[str]:
    """What is logged meanwhile has this number."""
    number = secrets.token_hex(6)
    given = _current.set(number)
    try:
        yield number
    finally:
        _current.reset(given)


def current() -> str:
    """The number of what this process does now; “-” between two requests."""
    return _current.get()


@task_prerun.connect
def of_task(task_id: str, **kwargs: Any) -> None:
    _current.set(task_id)
