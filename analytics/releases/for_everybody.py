"""What is published may be read from anywhere and kept by caches: the same for everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import conditional_page

from surveys.models import Wave

View = Callable[..., HttpResponseBase]
MINUTES = 10
"""So long a cache need not ask again: names may change, figures do not."""
SECONDS_OF_A_YEAR = 31_536_000


def for_everybody(view: View) -> View:
    """Of a view that reads: other sites' pages may ask for it, without anybody's session. Where the
    wave that the address names is published, and nobody has signed in, caches may keep it, and
    whoever names the content that they have is told that it still holds."""

    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.user.is_authenticated or "Authorization" in request.headers:
            return response
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        code = kwargs.get("wave", kwargs.get("code"))
        published = Wave.objects.filter(code=code, state=Wave.State.PUBLISHED).first()
        if response.status_code == 200 and published and published.published_at:
            if not response.has_header("Last-Modified"):
                response["Last-Modified"] = http_date(published.published_at.timestamp())
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, public=True, max_age=60 * MINUTES)
        return response

    decorated: View = conditional_page(reading)
    return decorated


def kept_for_good(response: HttpResponseBase) -> HttpResponseBase:
    """Of what never changes: nobody need ask again."""
    patch_cache_control(response, public=True, max_age=SECONDS_OF_A_YEAR, immutable=True)
    return response


def page_for_everybody(view: View) -> View:
    """Of a page of a published wave: kept by caches where nothing on it is of one visitor, and sent
    compressed, as it then holds no secret that its length could give away. Its names may change,
    so that its content alone, and no time, says whether it has."""

    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        own = {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
        if response.status_code == 200 and not own and not response.cookies:
            wave = Wave.objects.filter(code=kwargs["code"], state=Wave.State.PUBLISHED)
            if wave.exists():
                patch_cache_control(response, public=True, max_age=60 * MINUTES)
        return response

    asked_again: View = conditional_page(reading)

    @wraps(view)
    def compressed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = asked_again(request, *args, **kwargs)
        if isinstance(response, HttpResponse) and "public" in response.get("Cache-Control", ""):
            return _ZIPPED.process_response(request, response)
        return response

    return compressed


_ZIPPED = GZipMiddleware(lambda _request: HttpResponse())
