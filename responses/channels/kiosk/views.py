"""The pages of a kiosk, and the address to which it hands in its answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.core.validators import RegexValidator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from responses.channels.kiosk import devices as kiosks
from responses.intake.asking import asked_in
from responses.models import Kiosk
from responses.receipts.receipt import address_of
from responses.web.pages import in_asked_language, page, see_other, speak_if_offered
from surveys.access import may_act_for
from surveys.expressions import parse
from surveys.kinds import kind_of
from surveys.kinds.base import DOES_NOT_APPLY
from surveys.kinds.rating import NOT_APPLICABLE, SCALE
from surveys.models import EntryPoint, Question
from surveys.speaking import spoken_in
from surveys.waves import accepting_wave

COOKIE = "kiosk"
COOKIE_AGE = 365 * 24 * 3600
BODY_LIMIT = 200_000
# Seconds until a device asks whether somebody is still there, and until it starts anew.
STILL_THERE = 20
THANKS_SHOWN = 6


class StartForm(forms.Form):
    name = forms.CharField(label=_("Where the device stands"), required=False, max_length=80)
    pin = forms.CharField(
        label=_("PIN to leave kiosk mode"),
        help_text=_("4 to 8 digits. You need it to leave kiosk mode on this device."),
        validators=[RegexValidator(r"^[0-9]{4,8}\Z", _("Use 4 to 8 digits."))],
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    again = forms.CharField(
        label=_("The same PIN again"),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if "pin" in self.cleaned_data and again != self.cleaned_data["pin"]:
            raise forms.ValidationError(_("The two PINs differ."))
        return again


@in_asked_language
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever works for the agency turns kiosk mode on; they are signed out on the device."""
    entry = _entry(slug)
    if not may_act_for(request.user, entry.service.agency) or not kiosks.may_stand_at(entry):
        raise Http404
    form = StartForm(request.POST or None, auto_id="%s", label_suffix="")
    if not form.is_valid():
        return page(request, "responses/kiosk_start.html", entry=entry, form=form)
    user: Any = request.user
    kiosk = kiosks.put_up(entry, user, pin=form.cleaned_data["pin"], name=form.cleaned_data["name"])
    logout(request)
    response = see_other("responses:kiosk", slug)
    response.set_cookie(
        COOKIE,
        kiosks.token_of(kiosk),
        max_age=COOKIE_AGE,
        path=_cookie_path(slug),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@csp_update({"worker-src": ["'self'"]})
@in_asked_language
@never_cache
@require_safe
def kiosk(request: HttpRequest, slug: str) -> HttpResponse:
    """Every screen of the device in one page; a worker keeps it for when the network is away."""
    device = _device(request, slug)
    if device is None:
        entry = _entry(slug)
        response = page(request, "responses/kiosk_off.html", entry=entry)
        response.status_code = 403
        return response
    entry = device.entry_point
    wave = accepting_wave(entry.service, entry.channel) if entry.active else None
    speak_if_offered(spoken_in(wave) if wave else [])
    questions = asked_in(wave.pk, entry.service, entry.channel) if wave else []
    ratings = [question for question in questions if kind_of(question).scored]
    more = [(rating, _applies(rating, questions)) for rating in ratings if not rating.is_overall]
    context = {
        "entry": entry,
        "wave": wave,
        "overall": next((question for question in ratings if question.is_overall), None),
        "more": more,
        "branches": any(applies for _rating, applies in more),
        "scale": SCALE,
        "does_not_apply": (NOT_APPLICABLE, DOES_NOT_APPLY),
        "digits": "123456789",
        "still_there": STILL_THERE,
        "thanks_shown": THANKS_SHOWN,
        "portion": kiosks.PORTION,
        # To be read, not followed: the device stays on this page.
        "notice_address": f"{settings.PUBLIC_URL}{reverse('responses:privacy')}",
    }
    return page(request, "responses/kiosk.html", receipts=address_of(), **context)


def _applies(question: Question, asked: Sequence[Question]) -> str:
    """The conditions of the question and of the groups that it is in, as the device reads them."""
    groups = {other.code: other for other in asked if kind_of(other).opens_group}
    within: list[Question] = []
    part: Question | None = question
    while part and part not in within:
        within.append(part)
        part = groups.get(part.group)
    trees = [parse(part.relevant) for part in within if part.relevant]
    return json.dumps(["and", *trees], ensure_ascii=False) if trees else ""


def of_device(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """JSON from a device that is up, and from its own page alone.

    The device is known by its cookie. No form and no other site can send the header, so the
    check of Django's form token, which would expire while the network is away, is not needed.
    """

    @csrf_exempt
    @never_cache
    @require_POST
    @wraps(view)
    def wrapped(request: HttpRequest, slug: str) -> HttpResponse:
        if request.headers.get("X-Kiosk") != "1" or request.content_type != "application/json":
            return JsonResponse({"error": "not from a kiosk"}, status=400)
        device = _device(request, slug)
        if device is None:
            return JsonResponse({"error": "kiosk mode is off"}, status=403)
        try:
            body = json.loads(request.body) if len(request.body) <= BODY_LIMIT else None
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            return JsonResponse({"error": "not read"}, status=400)
        return view(request, device, body)

    return wrapped


@of_device
def answers(request: HttpRequest, device: Kiosk, body: dict[str, Any]) -> HttpResponse:
    """Take the queue, answer by answer; tell what became of each and which wave is asked now."""
    queue = body.get("answers")
    if not isinstance(queue, list) or len(queue) > kiosks.PORTION:
        return JsonResponse({"error": "not read"}, status=400)
    entry = device.entry_point
    intake = kiosks.Intake(device)
    outcomes = [intake.take(queued).as_json() for queued in queue]
    wave = accepting_wave(entry.service, entry.channel) if entry.active else None
    return JsonResponse({"outcomes": outcomes, "wave": wave.code if wave else ""})


@of_device
def leave(request: HttpRequest, device: Kiosk, body: dict[str, Any]) -> HttpResponse:
    try:
        kiosks.take_down(device, str(body.get("pin", "")))
    except kiosks.WrongPin as wrong:
        return JsonResponse({"locked": wrong.locked}, status=429 if wrong.locked else 403)
    slug = device.entry_point.slug
    response = JsonResponse({"next": reverse("responses:kiosk-start", args=[slug])})
    response.delete_cookie(COOKIE, path=_cookie_path(slug), samesite="Strict")
    return response


@cache_control(no_cache=True)
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at an address whose folder is what it may look after."""
    path = finders.find("js/kiosk-worker.js")
    if not isinstance(path, str):
        raise Http404
    return HttpResponse(Path(path).read_bytes(), content_type="text/javascript")


def _entry(slug: str) -> EntryPoint:
    entries = EntryPoint.objects.select_related("service__agency", "channel", "service_point")
    return get_object_or_404(entries, slug=slug)


def _device(request: HttpRequest, slug: str) -> Kiosk | None:
    return kiosks.known(request.COOKIES.get(COOKIE, ""), slug)


def _cookie_path(slug: str) -> str:
    return reverse("responses:kiosk", args=[slug])
