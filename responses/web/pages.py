"""What the pages of citizens share: their language, and what they reveal to the next page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

View = Callable[..., HttpResponse]


def in_asked_language(view: View) -> View:
    """Thai, unless the address asks for English: no cookie, and the same for every visitor."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = "en" if request.GET.get("lang") == "en" else "th"
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        return response

    return wrapped


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page of the form; `query` carries the language along every link."""
    english = translation.get_language() == "en"
    context |= {
        "query": "?lang=en" if english else "",
        "other_language": "th" if english else "en",
        "other_query": "?lang=th" if english else "?lang=en",
    }
    return render(request, template, context)


class SeeOther(HttpResponseRedirect):
    status_code = HTTPStatus.SEE_OTHER


def see_other(name: str, *args: Any) -> HttpResponse:
    """The next page, fetched with GET: a refresh there sends nothing again."""
    query = "?lang=en" if translation.get_language() == "en" else ""
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
