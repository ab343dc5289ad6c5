"""The one door in. Nothing else creates or changes a response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from responses import storing
from responses.answers import Asked, check_answers
from responses.ledger import appending
from responses.models import JournalEntry, Response, Revision
from surveys import clock
from surveys.models import Channel, EntryPoint, Question, Service, ServicePoint, Wave


class NotAccepted(Exception):
    """The submission cannot be stored; the message tells the sender why."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a sender hands in. `key` names the submission: the same key is stored once a wave."""

    key: str
    service: Service
    channel: Channel
    answers: Mapping[str, Any]
    source: Response.Source
    service_point: ServicePoint | None = None
    entry_point: EntryPoint | None = None
    answered_at: datetime | None = None
    language: str = ""
    base_weight: Decimal = Decimal(1)
    respondent: str = ""
    selection: Response.Selection = Response.Selection.OPEN
    device: str = ""
    seconds: int | None = None
    complete: bool = False  # no required answer may be missing


@dataclass(frozen=True)
class Received:
    """A stored response; `created` is False where this key had been stored before."""

    response: Response
    created: bool


class Door:
    """The door of one wave: knows what it asks on which channel. Use it for many submissions."""

    def __init__(self, wave: Wave) -> None:
        """Raise NotAccepted where the wave is not open."""
        if wave.state != Wave.State.OPEN:
            raise NotAccepted(_("Wave %(wave)s is not open for answers.") % {"wave": wave.code})
        self.wave = wave
        self._asked: dict[int, Asked] = {}

    def asked(self, channel: Channel) -> Asked:
        if channel.pk not in self._asked:
            self._asked[channel.pk] = Asked(self.wave.questionnaire.asked_on(channel))
        return self._asked[channel.pk]

    def check(self, submission: Submission) -> Response:
        """The response as it would be stored. Raise AnswerError for an answer not taken."""
        questions = self.asked(submission.channel)
        answers = check_answers(questions, submission.answers, complete=submission.complete)
        now = clock.now()
        # Keys, not records: storing many, Django would look at each related record again.
        return Response(
            wave_id=self.wave.pk,
            service_id=submission.service.pk,
            channel_id=submission.channel.pk,
            service_point_id=submission.service_point.pk if submission.service_point else None,
            entry_point_id=submission.entry_point.pk if submission.entry_point else None,
            answers=answers,
            overall=_overall(questions, answers),
            base_weight=submission.base_weight,
            respondent=submission.respondent,
            submission_key=submission.key,
            source=submission.source,
            selection=submission.selection,
            device=submission.device,
            seconds=submission.seconds,
            language=submission.language,
            answered_at=submission.answered_at or now,
            received_at=now,
        )

    def receive(self, submission: Submission) -> Received:
        """Store one submission. Raise AnswerError, or NotAccepted once the wave has closed."""
        response = self.check(submission)
        if self.store_new([response]):
            return Received(response, created=True)
        stored = Response.objects.sent_as(self.wave, [submission.key], submission.source).first()
        if stored is None:
            raise RuntimeError(f"not stored, and not there: {response}")
        return Received(stored, created=False)

    def receive_many(self, responses: Sequence[Response]) -> int:
        """Store what `check` made, leaving out keys stored before. Returns how many were new."""
        first_of_key = {response.submission_key: response for response in reversed(responses)}
        return len(self.store_new(list(first_of_key.values())))

    def store_new(self, responses: Sequence[Response]) -> list[Response]:
        """Store what `check` made, each under a key of its own, and return those whose key was not
        stored before. Raise NotAccepted once the wave has closed."""
        try:
            return storing.store_new(self.wave, responses)
        except storing.ClosedError:
            raise NotAccepted(_("Wave %(wave)s has closed.") % {"wave": self.wave.code}) from None


@transaction.atomic
def amend(
    response: Response, answers: Mapping[str, Any], *, reason: str, complete: bool = False
) -> Response:
    """Add to or change answers of a stored response while its wave is open. What no longer applies
    after the change is left out; `complete`: no required answer may be missing.

    Raises AnswerError, or NotAccepted once the wave has closed or the answers are erased.
    """
    door = Door(Wave.objects.get(pk=response.wave_id))
    response = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    if response.disposition == Response.Disposition.ERASED:
        raise NotAccepted(_("These answers have been erased."))
    questions = door.asked(response.channel)
    merged = check_answers(questions, answers, known=response.answers, complete=complete)
    if merged == response.answers:
        return response
    before = response.state()
    response.answers = merged
    response.overall = _overall(questions, merged)
    response.revision += 1
    response.save(update_fields=["answers", "overall", "revision"])
    Revision.objects.create(
        response=response,
        number=response.revision,
        before=before,
        reason=reason,
        changed_at=clock.now(),
    )
    JournalEntry.objects.create(
        wave=door.wave, response_ids=[response.pk], revision=response.revision
    )
    return response


@transaction.atomic
def erase(response: Response, *, reason: str = "erased") -> Response:
    """Empty a stored response for good, as its sender may ask at any time; twice changes nothing.

    Until its wave is published it no longer counts. What is published stays as it is: the totals
    were made while the answers were there. The log keeps a leaf that says so, and nothing with
    which the earlier ones could be opened.
    """
    # Whoever counts, logs or publishes holds this too: none of them sees a response half erased.
    appending.lock(response.wave)
    wave = Wave.objects.get(pk=response.wave_id)
    response = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    if response.disposition == Response.Disposition.ERASED:
        return response
    published = wave.state == Wave.State.PUBLISHED
    # Whoever counts and logs this still needs what was there, and deletes it then.
    before = {} if published else {**response.state(), "salt": response.salt}
    for name, value in EMPTIED.items():
        setattr(response, name, value)
    response.disposition = Response.Disposition.ERASED
    response.revision += 1
    response.save(update_fields=[*EMPTIED, "disposition", "revision"])
    Revision.objects.create(
        response=response,
        number=response.revision,
        before=before,
        reason=reason,
        changed_at=clock.now(),
    )
    if published:
        appending.append_revisions(wave, [(response.pk, response.revision)])
        appending.purge([response.pk])
    else:
        JournalEntry.objects.create(
            wave=wave, response_ids=[response.pk], revision=response.revision
        )
    return response


EMPTIED: dict[str, Any] = {
    "answers": {},
    "overall": None,
    "salt": "",
    "device": "",
    "seconds": None,
    "language": "",
    "entry_point": None,
}


def _overall(questions: Sequence[Question], answers: Mapping[str, Any]) -> int | None:
    return next((answers.get(question.code) for question in questions if question.is_overall), None)
