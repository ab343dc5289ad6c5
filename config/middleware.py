"""What no part of the product should have to deal with."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


class NoNulCharacters:
    """Refuse addresses that hold a NUL: nothing of ours does, and PostgreSQL cannot store one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "\0" in query or "%00" in query:
            return HttpResponseBadRequest()
        return self.get_response(request)
