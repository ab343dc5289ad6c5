"""What the pages of citizens share: their language, and what they reveal to the next page."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

View = Callable[..., HttpResponse]


_large_text: ContextVar[bool] = ContextVar("large text", default=False)


def in_asked_language(view: View) -> View:
    """Thai, unless the address asks for English, and in large letters where it asks for those: no
    cookie, and the same for every visitor."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = "en" if request.GET.get("lang") == "en" else "th"
        before = _large_text.set(request.GET.get("text") == "large")
        try:
            with translation.override(language):
                response = view(request, *args, **kwargs)
        finally:
            _large_text.reset(before)
        response.headers["Content-Language"] = language
        return response

    return wrapped


def _query(english: bool, large: bool) -> str:
    asked = ["lang=en"] * english + ["text=large"] * large
    return f"?{'&'.join(asked)}" if asked else ""


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page of the form; `query` carries language and size of letters along every link."""
    english, large = translation.get_language() == "en", _large_text.get()
    context |= {
        "query": _query(english, large),
        "other_language": "th" if english else "en",
        "other_query": _query(not english, large) or "?",
        "large": large,
        "size_query": _query(english, not large) or "?",
    }
    return render(request, template, context)


class SeeOther(HttpResponseRedirect):
    status_code = HTTPStatus.SEE_OTHER


def see_other(name: str, *args: Any) -> HttpResponse:
    """The next page, fetched with GET: a refresh there sends nothing again."""
    query = _query(translation.get_language() == "en", _large_text.get())
    return SeeOther(reverse(name, args=args) + query)


def telling_no_address(view: View) -> View:
    """The address holds a secret: the next page is told the name of this site alone. (With
    `no-referrer` browsers would send forms without their origin, which Django refuses.)"""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return wrapped
