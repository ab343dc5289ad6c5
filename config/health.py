"""What a load balancer asks, by whatever address it knows us."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


class Health:
    """`/healthz`: the process answers. `/readyz`: it reaches its database, else 503.

    Stands before what checks the host or sends to HTTPS: a probe comes by IP address.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match request.path_info:
            case "/healthz":
                return _say("ok")
            case "/readyz":
                return _say("ready") if _database_answers() else _say("no database", 503)
            case _:
                return self.get_response(request)


def _say(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(
        text + "\n", status=status, content_type="text/plain", headers={"Cache-Control": "no-store"}
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return False
    return True
