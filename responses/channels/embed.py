"""The form within the page of another website: only of those that its link names.

A frame of another site has no cookie of ours to misuse: what is sent carries the signed token of
the form instead, as everywhere, and Django's own form token is not asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from responses.channels.web.forms import OverallForm
from responses.intake.door import NotAccepted
from responses.intake.doors import door_to, link_at
from responses.models import Response
from responses.privacy.devices import mark_of_browser
from responses.receipts.codes import codes_of
from responses.web import tokens
from responses.web.pages import in_asked_language, page, see_other, speak_if_offered
from surveys.models import EntryPoint
from surveys.speaking import spoken_in


@xframe_options_exempt
@csrf_exempt
@in_asked_language
@cache_control(private=True, max_age=0)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    entry = link_at(slug)
    if entry is None:
        raise Http404
    door = door_to(entry.service, entry.channel) if entry.active else None
    speak_if_offered(spoken_in(door.wave) if door else [])
    try:
        form = OverallForm(door, entry, request.POST if request.method == "POST" else None)
        if request.method == "POST":
            device = mark_of_browser(form.door.wave, request.META)
            if received := form.store(Response.Source.EMBED, device=device):
                return see_other("responses:embed-thanks", slug, tokens.for_response(received))
    except NotAccepted:
        return _framed(entry, page(request, "responses/embed.html", entry=entry))
    return _framed(
        entry, page(request, "responses/embed.html", entry=entry, wave=form.door.wave, form=form)
    )


@csrf_exempt
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the form is sent to, as in web/views.py."""
    if request.method == "POST":
        return ask(request, slug)
    return in_asked_language(lambda request: see_other("responses:embed", slug))(request)


@xframe_options_exempt
@in_asked_language
@cache_control(private=True, max_age=0)
@require_safe
def thanks(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    entry = get_object_or_404(EntryPoint.objects.select_related("service__agency"), slug=slug)
    context: dict[str, Any] = {"entry": entry, "token": token}
    try:
        response = tokens.answered(token, slug, max_age=tokens.THANKS_AGE)
        speak_if_offered(spoken_in(response.wave))
        context["response"] = response
        context["codes"] = codes_of(response.receipt)
    except tokens.ExpiredError:
        context["expired"] = True
    return _framed(entry, page(request, "responses/embed_thanks.html", **context))


@cache_control(public=True, max_age=3600)
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """What a website puts into its page, at an address that stays."""
    path = finders.find("js/embed.js")
    if not isinstance(path, str):
        raise Http404
    return HttpResponse(
        Path(path).read_bytes(),
        content_type="text/javascript",
        headers={"Cross-Origin-Resource-Policy": "cross-origin"},
    )


def _framed(entry: EntryPoint, response: HttpResponse) -> HttpResponse:
    ancestors = {"frame-ancestors": entry.origins or [NONE]}
    response._csp_replace = ancestors  # type: ignore[attr-defined]  # as csp_replace sets it
    return response
