"""The page of a telephone agent: the whole questionnaire by keyboard alone, call after call."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from responses.access import may_take_calls
from responses.channels.web.forms import QuestionsForm
from responses.intake.answers import AnswerError
from responses.intake.door import Door, NotAccepted, Received, Submission
from responses.models import Response
from responses.web.pages import in_asked_language, page, see_other, speak_if_offered
from surveys.access import of_one_line, only_for
from surveys.models import Agency, Channel, FrameCell, Language, Service, Wave
from surveys.speaking import spoken_in
from surveys.waves import accepting_wave

SHOWN = 9  # services in a search, each with a digit of its own


class CallForm(QuestionsForm):
    """All that the wave asks on the telephone; the overall rating must be answered."""

    key = forms.CharField(
        widget=forms.HiddenInput, validators=[RegexValidator(r"^[A-Za-z0-9_-]{22}\Z")]
    )

    def __init__(self, wave: Wave, service: Service, channel: Channel, **kwargs: Any) -> None:
        """Raise NotAccepted where the wave is not open."""
        self.service, self.channel = service, channel
        self.door = Door(wave)
        super().__init__(self.door.asked(service, channel), **kwargs)
        for question in self.questions:
            if question.is_overall:
                self.fields[question.code].required = True

    def key_to_send(self) -> str:
        """Kept after a slip, so that one call is stored once."""
        if self.is_bound and "key" not in self.errors:
            return str(self.data["key"])
        return secrets.token_urlsafe(16)

    def store(self, agent: Any) -> Received | None:
        """Store the call once. None, with the error at its field, where an answer is not taken.

        Raise NotAccepted once the wave has closed.
        """
        submission = Submission(
            key=f"agent:{agent.pk}:{self.cleaned_data['key']}",
            service=self.service,
            channel=self.channel,
            answers=self.given(),
            source=Response.Source.AGENT,
            own=of_one_line(agent.agency_id, self.service.agency_id),
            language=get_language() or "",
        )
        try:
            return self.door.receive(submission)
        except AnswerError as error:
            self.show(error)
            return None


def _agency_of(request: HttpRequest) -> int | None:
    """None for the agents of a call centre that serves everybody."""
    return getattr(request.user, "agency_id", None)


def _spoken_today() -> list[Language]:
    """The further languages in which some open wave may be answered."""
    waves = Wave.objects.filter(state=Wave.State.OPEN).select_related("questionnaire")
    return list(dict.fromkeys(language for wave in waves for language in spoken_in(wave)))


@in_asked_language
@never_cache
@only_for(may_take_calls)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Which service the caller used: what the open waves ask by telephone. Staff of an agency take
    calls about their own; a rival could enter what nobody said."""
    speak_if_offered(_spoken_today())
    words = request.GET.get("q", "").strip()
    cells = FrameCell.objects.filter(
        channel__family=Channel.Family.TELEPHONE, frame__wave__state=Wave.State.OPEN
    )
    if own := _agency_of(request):
        line = Agency.objects.ancestors(own, include_self=True)
        cells = cells.filter(
            Q(service__agency__in=line)
            | Q(service__agency__in=Agency.objects.descendants(own, include_self=True))
        )
    for word in words.split():
        cells = cells.filter(
            Q(service__code__icontains=word)
            | Q(service__name_th__icontains=word)
            | Q(service__name_en__icontains=word)
            | Q(service__agency__name_th__icontains=word)
            | Q(service__agency__name_en__icontains=word)
            | Q(service__agency__code__iexact=word)
        )
    pairs = cells.order_by("service__code", "channel__position").values_list("service", "channel")
    found = list(dict.fromkeys(pairs))
    services = Service.objects.select_related("agency").in_bulk([s for s, _c in found[:SHOWN]])
    channels = Channel.objects.in_bulk([c for _s, c in found[:SHOWN]])
    return page(
        request,
        "responses/agent.html",
        words=words,
        found=[(services[s], channels[c]) for s, c in found[:SHOWN]],
        more=len(found) > SHOWN,
        receipt=request.GET.get("stored", "")[:14],
    )


@in_asked_language
@never_cache
@only_for(may_take_calls)
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, service: str, channel: str) -> HttpResponse:
    used = get_object_or_404(Service.objects.select_related("agency"), code=service)
    line = get_object_or_404(Channel, code=channel, family=Channel.Family.TELEPHONE)
    agent = _agency_of(request)
    wave = accepting_wave(used, line)
    if wave is None or (agent and not of_one_line(agent, used.agency_id)):
        raise Http404
    speak_if_offered(spoken_in(wave))
    form = CallForm(wave, used, line, data=request.POST if request.method == "POST" else None)
    closed = False
    if form.is_bound and form.is_valid():
        try:
            if stored := form.store(request.user):
                response = see_other("responses:agent")
                joint = "&" if "?" in response["Location"] else "?"
                response["Location"] += f"{joint}stored={stored.receipt}"
                return response
        except NotAccepted:
            closed = True
    context = {"form": form, "service": used, "channel": line, "wave": wave, "closed": closed}
    return page(request, "responses/agent_call.html", **context)
