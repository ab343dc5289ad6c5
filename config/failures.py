"""What is said when the machine cannot, in the form that the sender reads.

What was not stored is never called safe: 503 with the time to try again.
"""

from __future__ import annotations

import errno
import logging
import random
import sys
from http import HTTPStatus

import msgspec
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from config import request_ids
from responses.api import problems
from responses.openrosa.answering import message

log = logging.getLogger(__name__)

RETRY_AFTER = (10, 20)
"""Seconds, drawn between the two, so that not all come back at once."""
FULL = {errno.ENOSPC, errno.EDQUOT}
SENT_ONCE = ("/s/", "/i/", "/stop/")
"""Forms that may be sent again: their token stores an answer once."""


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`, called while the error is being handled."""
    error = sys.exc_info()[1]
    if error is None or not is_passing(error):
        return _fault(request)
    seconds = random.randint(*RETRY_AFTER)  # noqa: S311
    response = _unavailable(request, seconds)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_passing(error: BaseException) -> bool:
    """Whether the database, the broker or the disk cannot just now, and may again in a while."""
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    return isinstance(error, OperationalError | InterfaceError | RedisError | BrokerError)


def _unavailable(request: HttpRequest, seconds: int) -> HttpResponse:
    said = _("This cannot be stored just now. Send it again in a while: it is stored once.")
    if request.path_info.startswith("/api/"):
        return _problem(503, "unavailable", said)
    if request.path_info.startswith("/openrosa/"):
        return message(said, 503, nature="error")
    again = request.method == "POST" and request.path_info.startswith(SENT_ONCE)
    sent = list(_sent(request)) if again else []
    context = {"seconds": seconds, "sent": sent, "again": again}
    return render(request, "503.html", context, status=503)


def _fault(request: HttpRequest) -> HttpResponse:
    number = request_ids.current()
    if request.path_info.startswith("/api/"):
        said = _("Something went wrong here. The fault has been recorded under the number %s.")
        return _problem(500, "fault", said % number)
    return render(request, "500.html", {"number": number}, status=500)


def _problem(status: int, kind: str, said: str) -> HttpResponse:
    problem = problems.body(status, kind, said, None) | {"title": HTTPStatus(status).phrase}
    return HttpResponse(
        msgspec.json.encode(problem), status=status, content_type=problems.MEDIA_TYPE
    )


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form held, to be sent again as it was."""
    try:
        return [(name, value) for name, values in request.POST.lists() for value in values]
    except OSError:
        return []
