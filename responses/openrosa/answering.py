"""What OpenRosa clients are answered: XML, with the headers that they look for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from responses.models.collecting_system import Sender
from responses.openrosa.access import sender_of
from responses.openrosa.body import BODY_LIMIT
from responses.openrosa.questions import clean
from responses.openrosa.refusals import Refusal
from surveys import clock

MEDIA_TYPE = "text/xml; charset=utf-8"
CHALLENGE = 'Basic realm="Citizen satisfaction", charset="UTF-8"'

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Sender, Given], HttpResponse]


def for_senders(*methods: str) -> Callable[[View[Given]], Callable[..., HttpResponse]]:
    """A view for whoever shows a valid key, by these methods. A Refusal is answered in words."""

    def decorate(view: View[Given]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, *, key: str = "", **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Refusal(405, f"{_('Not possible here')}: {request.method}")
                response = view(request, sender_of(request, key), **kwargs)  # type: ignore[call-arg]
            except Refusal as refusal:
                response = _refused(refusal, methods)
            return with_headers(response)

        return answer

    return decorate


def with_headers(response: HttpResponse) -> HttpResponse:
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(BODY_LIMIT)
    response.headers["Date"] = http_date(clock.now().timestamp())
    response.headers["Content-Language"] = get_language() or ""
    patch_vary_headers(response, ["Authorization", "Accept-Language"])
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _refused(refusal: Refusal, methods: Iterable[str]) -> HttpResponse:
    response = message(refusal.message, refusal.status, nature="error")
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = CHALLENGE
    if refusal.status == 405:
        response.headers["Allow"] = ", ".join(methods)
    if refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def message(text: str, status: int, *, nature: str) -> HttpResponse:
    """A message for whoever holds the device."""
    envelope = Element("OpenRosaResponse", xmlns="http://openrosa.org/http/response")
    SubElement(envelope, "message", nature=nature).text = clean(text)
    return xml_response(envelope, status)


def xml_response(document: Element, status: int = 200) -> HttpResponse:
    content = tostring(document, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE)
