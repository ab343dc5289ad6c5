"""The pages behind the link of an invited citizen. Opening them spends nothing: mail scanners and
previews open every link. Nothing that is stored comes of the link's token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from responses.channels.web.forms import OverallForm
from responses.intake.door import Door, NotAccepted, Received, Submission, amend
from responses.intake.doors import door_to
from responses.models import Response
from responses.web import tokens
from responses.web.pages import (
    about,
    in_asked_language,
    page,
    see_other,
    speak_if_offered,
    telling_no_address,
)
from surveys import clock
from surveys.models import Ballot, EntryPoint, Wave
from surveys.phrases import INVITING
from surveys.sampling.ballots import ballot_of, is_usable, spend, stop_code_of
from surveys.sampling.opt_out import opt_out
from surveys.speaking import spoken_in, worded_in


class Used(Exception):
    """Somebody else was faster with the same link."""


class InvitedForm(OverallForm):
    """The overall question, for one invited citizen: whoever stores the answer gives up the ballot
    in the same transaction."""

    def __init__(self, door: Door | None, ballot: Ballot, sent: QueryDict | None) -> None:
        self.ballot = ballot
        place = unlinked(ballot.cell.service, ballot.cell.channel, ballot.service_point)
        super().__init__(door, place, sent)

    def store(
        self, source: Response.Source = Response.Source.WEB, *, device: str = ""
    ) -> Received | None:
        """None where there are errors. Raise Used, or NotAccepted; nothing is stored then, and the
        ballot remains."""
        if self.errors:
            return None
        with transaction.atomic():
            received = self.door.receive(self.submission(source, device))
            if received.created and not spend(self.ballot):
                raise Used
        self.since = clock.now() if received.created else self.sent.issued_at
        return received

    def submission(self, source: Response.Source, device: str = "") -> Submission:
        return msgspec.structs.replace(
            super().submission(source, device),
            selection=Response.Selection.DRAWN,
            base_weight=self.ballot.base_weight,
            draw=self.ballot.cell.draw.number,
        )


class RepeatedForm(OverallForm):
    """A form that has been stored before: sent twice, or after going back."""

    def __init__(self, stored: Response, sent: QueryDict) -> None:
        self.stored = stored
        place = unlinked(stored.service, stored.channel, stored.service_point)
        super().__init__(Door(stored.wave), place, sent)

    def store(
        self, source: Response.Source = Response.Source.WEB, *, device: str = ""
    ) -> Received | None:
        """The same response; for an hour after the form was shown another tap changes it."""
        if self.errors:
            return None
        self.since = self.sent.issued_at
        if not _is_old(self.since):
            amend(self.stored, self.submission(source).answers, reason="changed")
        return Received(self.stored.receipt, created=False)


def unlinked(service: Any, channel: Any, service_point: Any) -> EntryPoint:
    """A door that no link of the registry leads through; never saved."""
    return EntryPoint(service=service, channel=channel, service_point=service_point)


def _is_old(moment: datetime) -> bool:
    return clock.now() - moment > tokens.DETAILS_AGE


@in_asked_language
@cache_control(private=True, max_age=0)
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@telling_no_address
def ask(request: HttpRequest, token: str) -> HttpResponse:
    ballot = ballot_of(token)
    sent = request.POST if request.method == "POST" else None
    try:
        form = _form(ballot, sent)
        if form is None:
            return _over(request, ballot)
        speak_if_offered(spoken_in(form.door.wave))
        if sent is not None and (received := form.store()):
            return see_other("responses:details", tokens.for_response(received, form.since))
    except Used:
        return _over(request, None)
    except NotAccepted:
        return _over(request, ballot)
    stop = reverse("responses:stop", args=[stop_code_of(token)])
    return page(
        request,
        "responses/ask.html",
        entry=form.entry,
        service=form.entry.service,
        about=about(form.entry.service, form.entry.channel),
        form_token=form.fresh_token(),
        wave=form.door.wave,
        form=form,
        invitation=ballot,
        stop=stop,
    )


def _over(request: HttpRequest, ballot: Ballot | None) -> HttpResponse:
    speak_if_offered(worded_in(INVITING))
    return page(request, "responses/invitation_over.html", ballot=ballot)


def _form(ballot: Ballot | None, sent: QueryDict | None) -> InvitedForm | RepeatedForm | None:
    """The form for this request; None where the invitation is over. Raise NotAccepted."""
    if sent is not None and (stored := _stored_before(sent.get("form_token", ""))):
        return RepeatedForm(stored, sent)
    if ballot is None or not is_usable(ballot):
        return None
    cell = ballot.cell
    return InvitedForm(door_to(cell.service, cell.channel, cell.draw.wave.code), ballot, sent)


def _stored_before(form_token: str) -> Response | None:
    """What a form that is sent again had stored."""
    try:
        sent = tokens.read_form(form_token, EntryPoint())
    except tokens.ExpiredError:
        return None
    return (
        Response.objects.filter(
            wave__in=Wave.objects.filter(state=Wave.State.OPEN),
            submission_key=sent.key,
            selection=Response.Selection.DRAWN,
        )
        .select_related("wave__questionnaire", "service", "channel", "service_point")
        .first()
    )


@csrf_exempt  # the address holds the right to do it; mailboxes send it with one click [RFC 8058]
@in_asked_language
@cache_control(private=True, max_age=0)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_no_address
def stop(request: HttpRequest, code: str, signed_hash: str = "") -> HttpResponse:
    """No more messages for whoever has this link. GET only asks: scanners open every link."""
    speak_if_offered(worded_in(INVITING))
    if request.method != "POST":
        return page(request, "responses/stop.html")
    return page(request, "responses/stop.html", stopped=True, known=opt_out(code, signed_hash))
