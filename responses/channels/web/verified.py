"""A citizen signs in, gets a token blind, and spends it with the answer (surveys/verified).

Blinding is the browser's work (static/js/verified.js): whoever signs and whoever receives could
otherwise tell whose answer it is. Without JavaScript a citizen answers as behind any open link.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from responses.channels.web.forms import OverallForm
from responses.intake.door import Door, Received, Submission, amend
from responses.intake.doors import door_to, link_at
from responses.models import Response
from responses.web import tokens
from responses.web.pages import in_asked_language, page
from surveys import clock, identity
from surveys.holding import ClosedError
from surveys.models import EntryPoint, TokenKey, Wave
from surveys.remembered import remembered
from surveys.verified.blind_rsa import NotBlinded
from surveys.verified.issuing import issue, public_key
from surveys.verified.marks import AlreadyIssued
from surveys.verified.spending import is_token, spend

LARGEST_REQUEST = 4_000
NOT_OURS = gettext_lazy("Your sign-in cannot be used here. Answer without it, or sign in again.")


class Spent(Exception):
    """Somebody has answered with this token."""


class VerifiedForm(OverallForm):
    """The overall question, sent with a token: spent in the transaction that stores the answer."""

    def _read(self, sent: QueryDict) -> None:
        super()._read(sent)
        self.verified_token = sent.get("verified_token", "")
        if not is_token(self.door.wave, self.verified_token):
            self.verified_token = ""
            self.errors.append(
                gettext_lazy(
                    "Your sign-in cannot be used here. Answer without it, or sign in again."
                )
            )

    def store(
        self, source: Response.Source = Response.Source.WEB, *, device: str = ""
    ) -> Received | None:
        """None where there are errors. Raise Spent, or NotAccepted; nothing is stored then."""
        if self.errors:
            return None
        with transaction.atomic():
            received = self.door.receive(self.submission(source))
            if received.created and not spend(self.door.wave, self.verified_token):
                raise Spent
        if received.created:
            self.since = clock.now()
        elif received.response.selection == Response.Selection.VERIFIED:
            self.since = self.sent.issued_at
        if not received.created and clock.now() - self.sent.issued_at <= tokens.DETAILS_AGE:
            amend(received.response, self.submission(source).answers, reason="changed")
        return received

    def submission(self, source: Response.Source, device: str = "") -> Submission:
        return msgspec.structs.replace(
            super().submission(source, device), selection=Response.Selection.VERIFIED
        )


def form_for(door: Door | None, entry: EntryPoint, sent: QueryDict | None) -> OverallForm:
    """With a token or without one, as it was sent. Raise NotAccepted."""
    kind = VerifiedForm if sent and sent.get("verified_token") else OverallForm
    return kind(door, entry, sent)


def offered(wave: Wave) -> list[dict[str, Any]]:
    """With which identities a citizen may sign in for a token of this wave."""
    if not _offers_tokens(wave):
        return []
    apps: Any = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return [{"id": app["provider_id"], "name": app["name"]} for app in apps]


@remembered
def _offers_tokens(wave: Wave) -> bool:
    return wave.declared_method().tokens == "offered"


def _place(slug: str) -> tuple[EntryPoint, Wave]:
    """Raise Http404 where no token can be had behind this link."""
    entry = link_at(slug)
    door = door_to(entry.service, entry.channel) if entry and entry.active else None
    if entry is None or door is None or not offered(door.wave):
        raise Http404
    return entry, door.wave


@in_asked_language
@require_POST
@csrf_protect
def sign_in(request: HttpRequest, slug: str, provider: str) -> HttpResponse:
    """To the provider of identities, and back to the page where the token is made."""
    entry, wave = _place(slug)
    if provider not in {each["id"] for each in offered(wave)}:
        raise Http404
    try:
        chosen = get_adapter().get_provider(request, provider)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    back = reverse("responses:token", args=[entry.slug])
    query = request.META["QUERY_STRING"]
    return chosen.redirect(
        request,
        AuthProcess.REDIRECT,
        next_url=f"{back}?{query}" if query else back,
        **{identity.ANSWERING: True},
    )


@in_asked_language
@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
def token(request: HttpRequest, slug: str) -> HttpResponse:
    """The page on which the browser makes a token; what it posts is signed blind."""
    entry, wave = _place(slug)
    who = identity.told(request)
    if request.method != "POST":
        key = public_key(wave.pk)
        modulus = key.public_numbers().n.to_bytes(256, "big") if key else b""
        context = {"entry": entry, "wave": wave, "modulus": _text(modulus), "known": bool(who)}
        return page(request, "responses/token.html", **context)
    if not who:
        return _problem(403, _("Your sign-in is too long ago. Please sign in again."))
    response = _signed(wave, who, request)
    if response.status_code != 400:
        identity.forget(response)
    return response


def _signed(wave: Wave, who: str, request: HttpRequest) -> HttpResponse:
    try:
        blinded = urlsafe_b64decode(json.loads(request.body[:LARGEST_REQUEST])["blinded"])
        return JsonResponse({"signature": _text(issue(wave, who, blinded))})
    except (ValueError, TypeError, KeyError, NotBlinded):
        return _problem(400, _("The browser did not send what can be signed."))
    except AlreadyIssued:
        return _problem(
            409,
            _(
                "You have already signed in for this survey. You can still answer; the answer"
                " counts as one from an open link."
            ),
        )
    except (ClosedError, TokenKey.DoesNotExist):
        return _problem(409, _("No survey is open for this service."))


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode()


def _problem(status: int, message: str) -> HttpResponse:
    return JsonResponse({"problem": message}, status=status)
