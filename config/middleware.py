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


class Isolation:
    """What no page asks a browser for is refused to whatever might run in it, and other sites get
    nothing of ours to draw but what says so itself."""

    HEADERS = {
        "Permissions-Policy": ", ".join(
            f"{feature}=()"
            for feature in ("camera", "microphone", "geolocation", "payment", "usb", "serial")
        ),
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        return response
