"""What the pages of citizens share: their language, and what they reveal to the next page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from surveys.languages import ENGLISH, OWN, THAI
from surveys.models import Language
from surveys.speaking import known, speak

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class _Way:
    """How the address asks for the page; `offered` are the further languages that it has."""

    language: str = THAI
    large: bool = False
    offered: Sequence[Language] = ()

    def query(self, **other: Any) -> str:
        way = replace(self, **other)
        asked = [f"lang={way.language}"] * (way.language != THAI) + ["text=large"] * way.large
        return f"?{'&'.join(asked)}" if asked else ""


_way: ContextVar[_Way] = ContextVar("way", default=_Way())  # noqa: B039  # it is frozen
NAMES = {THAI: "ไทย", ENGLISH: "English"}


def in_asked_language(view: View) -> View:
    """Thai, unless the address asks for another, and in large letters where it asks for those: no
    cookie, and the same for every visitor. A further language is English until the page finds that
    it has words in it (`speak_if_offered`)."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("lang", THAI)
        if asked not in OWN and asked not in known():
            asked = THAI
        before = _way.set(_Way(asked, request.GET.get("text") == "large"))
        try:
            with translation.override(THAI if asked == THAI else ENGLISH):
                response = view(request, *args, **kwargs)
                response.headers["Content-Language"] = translation.get_language() or ""
        finally:
            _way.reset(before)
        return response

    return wrapped


def speak_if_offered(languages: Sequence[Language]) -> None:
    """The page may be had in these further languages, and is where its address asks for one."""
    way = replace(_way.get(), offered=languages)
    _way.set(way)
    if way.language in {language.code for language in languages}:
        speak(way.language)


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page of the form; `query` carries language and size of letters along every link."""
    way, spoken = _way.get(), translation.get_language()
    further = {language.code: language for language in way.offered}
    names = NAMES | {code: language.name for code, language in further.items()}
    context |= {
        "query": way.query(),
        "other_languages": [
            {"code": code, "name": name, "query": way.query(language=code) or "?"}
            for code, name in names.items()
            if code != spoken
        ],
        "right_to_left": spoken in further and further[spoken].right_to_left,
        "large": way.large,
        "size_query": way.query(large=not way.large) or "?",
    }
    return render(request, template, context)


class SeeOther(HttpResponseRedirect):
    status_code = HTTPStatus.SEE_OTHER


def see_other(name: str, *args: Any) -> HttpResponse:
    """The next page, fetched with GET: a refresh there sends nothing again."""
    return SeeOther(reverse(name, args=args) + _way.get().query())


def telling_no_address(view: View) -> View:
    """The address holds a secret: the next page is told the name of this site alone. (With
    `no-referrer` browsers would send forms without their origin, which Django refuses.)"""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return wrapped
