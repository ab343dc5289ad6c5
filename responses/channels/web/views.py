"""The pages that a citizen sees: one question, what is optional, thanks and a receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps
from io import BytesIO
from typing import Any

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.html import escape
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from responses.channels.web.forms import OverallForm
from responses.channels.web.steps import DetailsForm, same_for_all
from responses.channels.web.verified import Spent, form_for, offered
from responses.intake.door import NotAccepted, Received
from responses.intake.doors import door_to, link_at
from responses.models import Response
from responses.privacy.devices import mark_of_browser
from responses.privacy.notice import notice
from responses.receipts.codes import codes_of
from responses.receipts.picture import picture
from responses.redaction import kinds_marked
from responses.web import tokens
from responses.web.addresses import address_of
from responses.web.pages import (
    View,
    about,
    gap,
    in_asked_language,
    page,
    see_other,
    shared_page,
    speak_if_offered,
    telling_no_address,
)
from surveys.models import EntryPoint
from surveys.speaking import spoken_in


def same_when_going_back(view: View) -> View:
    """Whoever goes back sees the page as it was, with the token that it had: a further tap changes
    their answer and is no second one. Browsers would fetch it anew if it varied by the cookie that
    it sets itself; being private, it need not say so."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers.pop("Vary", None)
        return response

    return wrapped


@in_asked_language
@cache_control(private=True, max_age=0)
@same_when_going_back
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    entry = link_at(slug)
    if entry is None:
        raise Http404
    door = door_to(entry.service, entry.channel) if entry.active else None
    speak_if_offered(spoken_in(door.wave) if door else [])
    try:
        form = form_for(door, entry, request.POST if request.method == "POST" else None)
        if request.method == "POST":
            device = mark_of_browser(form.door.wave, request.META)
            if received := form.store(device=device):
                return _stored(form, received, slug)
    except NotAccepted:
        return page(request, "responses/not_open.html", entry=entry)
    except Spent:
        return page(request, "responses/spent.html", entry=entry)
    return _question(request, form)


def _question(request: HttpRequest, form: OverallForm) -> HttpResponse:
    entry, wave = form.entry, form.door.wave
    identities = offered(wave)
    same = {"wave": wave, "form": form, "identities": identities}
    own: dict[str, Callable[[], Any]] = {
        "about": lambda: about(entry.service, entry.channel),
        "service": lambda: escape(str(entry.service)),
        "form_token": form.fresh_token,
    }
    if form.errors:
        made = {name: make() for name, make in own.items()}
        return page(request, "responses/ask.html", entry=entry, **same, **made)
    return shared_page(
        request,
        "responses/ask.html",
        (wave.pk, form.question.pk, *(identity["id"] for identity in identities)),
        lambda: same | {"entry": {"slug": gap("slug")}} | {name: gap(name) for name in own},
        own | {"slug": lambda: entry.slug},
    )


def _stored(form: OverallForm, received: Received, slug: str) -> HttpResponse:
    """On to what is optional. The address of a verified answer names no link, as of invited ones:
    of its time the day alone is stored."""
    if form.since:
        return see_other("responses:details", tokens.for_response(received, form.since))
    return see_other("responses:details", slug, tokens.for_response(received))


def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the form is sent to. Browsers forget the page of an address that they have posted to,
    so it is not the address of the form itself."""
    if request.method == "POST":
        return ask(request, slug)
    return in_asked_language(lambda request: see_other("responses:ask", slug))(request)


def for_sender(age: timedelta) -> Callable[[View], View]:
    """The view gets the response that its token names, or the visitor a kind refusal. The pages of
    invited citizens have no slug in their address."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(
            request: HttpRequest, token: str, slug: str = "", **further: Any
        ) -> HttpResponse:
            try:
                response = tokens.answered(token, slug, max_age=age)
            except tokens.ExpiredError:
                return page(request, "responses/expired.html", slug=slug)
            speak_if_offered(spoken_in(response.wave))
            return view(request, [slug, token] if slug else [token], response, **further)

        return wrapped

    return decorate


@in_asked_language
@cache_control(private=True, max_age=0)
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@telling_no_address
@for_sender(tokens.DETAILS_AGE)
def details(
    request: HttpRequest, address: list[str], response: Response, step: int = 0
) -> HttpResponse:
    """One screen of what is optional; what it sends is stored, whichever way it is left."""
    if request.method != "POST":
        return _screen(request, address, response, step)
    form = DetailsForm(response, step, request.POST)
    if not form.shown and step:
        return see_other("responses:details", *address)
    if form.is_valid():
        go = request.POST.get("go", "")
        try:
            if form.store(complete=go not in ("finish", "back")):
                return _onward(form, go, address)
        except NotAccepted:
            return _thanks(request, address, response, closed=True)
    return page(request, _template(step), **_details(form, response))


class _NothingAsked(Exception):
    pass


def _screen(
    request: HttpRequest, address: list[str], response: Response, step: int
) -> HttpResponse:
    """The screen with what has been answered so far."""

    def shown() -> dict[str, Any]:
        form = DetailsForm(response, step)
        if not form.shown and step:
            raise _NothingAsked
        return _details(form, response)

    try:
        same = same_for_all(response, step)
        if same is None:
            return page(request, _template(step), **shown())
        return shared_page(
            request,
            _template(step),
            same,
            lambda: shown() | {"about": gap("about")},
            {"about": lambda: about(response.service, response.channel)},
        )
    except _NothingAsked:
        return see_other("responses:details", *address)


def _template(step: int) -> str:
    return "responses/more.html" if step else "responses/why.html"


def _details(form: DetailsForm, response: Response) -> dict[str, Any]:
    place = about(response.service, response.channel)
    return {"form": form, "wave": response.wave, "about": place}


def _onward(form: DetailsForm, go: str, address: list[str]) -> HttpResponse:
    to = form.last_step() if go == "back" else form.next_step() if go == "on" else None
    if to is None:
        return see_other("responses:thanks", *address)
    return see_other("responses:details", *address, *([to] if to else []))


@in_asked_language
@cache_control(private=True, max_age=0)
@require_safe
@telling_no_address
@for_sender(tokens.THANKS_AGE)
def thanks(request: HttpRequest, address: list[str], response: Response) -> HttpResponse:
    return _thanks(request, address, response)


def _thanks(
    request: HttpRequest, address: list[str], response: Response, *, closed: bool = False
) -> HttpResponse:
    language = translation.get_language()
    replaced = tuple(kind.word(language) for kind in kinds_marked(response.answers))
    codes = codes_of(response.receipt)
    same = {
        "wave": response.wave,
        "closed": closed,
        "replaced": replaced,
        "codes": {name: gap(name) for name in codes},
        "keep_url": gap("keep_url"),
        "about": gap("about"),
    }
    own: dict[str, Callable[[], str]] = {
        "about": lambda: about(response.service, response.channel),
        "keep_url": lambda: address_of("responses:keep", *address),
    }
    for name, code in codes.items():
        own[name] = partial(str, code)
    key = response.wave_id, closed, replaced
    return shared_page(request, "responses/thanks.html", key, lambda: same, own)


@in_asked_language
@cache_control(private=True, max_age=0)
@require_safe
@telling_no_address
@for_sender(tokens.THANKS_AGE)
def keep(request: HttpRequest, address: list[str], response: Response) -> HttpResponse:
    """The receipt with its private code as a picture to keep."""
    name = f"receipt-{response.receipt}.png"
    return HttpResponse(
        picture(response),
        content_type="image/png",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@in_asked_language
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return page(request, "responses/privacy.html", **notice())


@cache_control(public=True, max_age=3600)
@require_safe
def qr(request: HttpRequest, slug: str) -> HttpResponse:
    """The link as a QR code for posters."""
    entry = get_object_or_404(EntryPoint, slug=slug)
    image = BytesIO()
    segno.make(entry.public_url, error="m", micro=False).save(
        image, kind="svg", scale=8, light="white"
    )
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")
