"""What the pages of citizens share: their language, and what they reveal to the next page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from responses.web.addresses import address_of
from surveys.languages import ENGLISH, OWN, THAI
from surveys.models import Channel, Language, Service
from surveys.remembered import remembered, remembered_page
from surveys.speaking import NAMES, known, speak

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
    """A page of the form."""
    return render(request, template, context | _ways())


def about(service: Service, channel: Channel) -> str:
    """Whom and what the page is about, in its language."""
    return _about(service, channel, translation.get_language())


@remembered
def _about(service: Service, channel: Channel, _language: str | None) -> str:
    return render_to_string("responses/_about.html", {"service": service, "channel": channel})


def _ways() -> dict[str, Any]:
    """Of the page that is shown: `query` carries language and size of letters along every link."""
    way, spoken = _way.get(), translation.get_language()
    further = {language.code: language for language in way.offered}
    names = NAMES | {code: language.name for code, language in further.items()}
    return {
        "query": way.query(),
        "asked_language": way.language,
        "other_languages": [
            {"code": code, "name": name, "query": way.query(language=code) or "?"}
            for code, name in names.items()
            if code != spoken
        ],
        "right_to_left": spoken in further and further[spoken].right_to_left,
        "large": way.large,
        "size_query": way.query(large=not way.large) or "?",
    }


_MARK = secrets.token_hex(8)
"""Drawn anew by each process: no question can have been worded to look like a gap."""
_GAP = re.compile(rf"{_MARK}-(\w+)-")


def gap(name: str) -> SafeString:
    """Where a shared page has something of the visitor's own."""
    return mark_safe(f"{_MARK}-{name}-")  # letters and digits alone


def shared_page(
    request: HttpRequest,
    template: str,
    same: Hashable,
    context: Callable[[], dict[str, Any]],
    own: Mapping[str, Callable[[], str]],
) -> HttpResponse:
    """A page that is the same for whoever has the same `same`, but for its gaps: made once, then
    filled with what is the visitor's `own`, which is HTML. `context` is asked for when it is made
    and must hold nothing else of the visitor's."""
    way = _way.get()
    offered = tuple(language.code for language in way.offered)
    question = template, translation.get_language(), way.query(), offered, same

    def made() -> list[str]:
        whole = context() | _ways() | {"csrf_token": gap("csrf_token")}
        return _GAP.split(render_to_string(template, whole))

    parts = list(remembered_page(question, made))
    filled = {"csrf_token": lambda: get_token(request), **own}
    parts[1::2] = [filled[name]() for name in parts[1::2]]
    return HttpResponse("".join(parts))


class SeeOther(HttpResponseRedirect):
    status_code = HTTPStatus.SEE_OTHER


def see_other(name: str, *args: str | int) -> HttpResponse:
    """The next page, fetched with GET: a refresh there sends nothing again."""
    return SeeOther(address_of(name, *args) + _way.get().query())


def telling_no_address(view: View) -> View:
    """The address holds a secret: the next page is told the name of this site alone. (With
    `no-referrer` browsers would send forms without their origin, which Django refuses.)"""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return wrapped
