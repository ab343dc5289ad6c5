"""The one door in. Nothing else creates or changes a response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from responses.answers import Asked, check_answers
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
            language=submission.language,
            answered_at=submission.answered_at or now,
            received_at=now,
        )

    def receive(self, submission: Submission) -> Received:
        """Store one submission. Raise AnswerError, or NotAccepted once the wave has closed."""
        response = self.check(submission)
        try:
            with transaction.atomic():
                self._hold_open()
                response.save(force_insert=True)
                _note(self.wave, [response.pk], revision=1)
        except IntegrityError:
            stored = Response.objects.filter(wave=self.wave, submission_key=submission.key).first()
            if stored is None:
                raise
            return Received(stored, created=False)
        return Received(response, created=True)

    def receive_many(self, responses: Sequence[Response]) -> int:
        """Store what `check` made, leaving out keys stored before. Returns how many were new."""
        first_of_key = {response.submission_key: response for response in reversed(responses)}
        while True:
            known = set(
                Response.objects.filter(
                    wave=self.wave, submission_key__in=list(first_of_key)
                ).values_list("submission_key", flat=True)
            )
            new = [response for key, response in first_of_key.items() if key not in known]
            if not new:
                return 0
            try:
                with transaction.atomic():
                    self._hold_open()
                    stored = Response.objects.bulk_create(new)
                    _note(self.wave, [response.pk for response in stored], revision=1)
                return len(stored)
            except IntegrityError:
                # Another sender stored one of these keys meanwhile: look again.
                if not self._more_known(first_of_key, known):
                    raise

    def _more_known(self, keys: Mapping[str, Response], known: set[str]) -> bool:
        stored = Response.objects.filter(wave=self.wave, submission_key__in=list(keys))
        return stored.count() > len(known)

    def _hold_open(self) -> None:
        """Keep the wave from closing until this transaction ends; senders do not wait for each
        other. SQLite has one writer at a time, so there a plain look is enough."""
        share = " FOR SHARE" if connection.features.has_select_for_update else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT state FROM {Wave._meta.db_table} WHERE id = %s{share}",  # noqa: S608
                [self.wave.pk],
            )
            row = cursor.fetchone()
        if row is None or row[0] != Wave.State.OPEN:
            raise NotAccepted(_("Wave %(wave)s has closed.") % {"wave": self.wave.code})


@transaction.atomic
def amend(
    response: Response, answers: Mapping[str, Any], *, reason: str, complete: bool = False
) -> Response:
    """Add to or change answers of a stored response while its wave is open. What no longer applies
    after the change is left out; `complete`: no required answer may be missing.

    Raises AnswerError, or NotAccepted once the wave has closed.
    """
    door = Door(Wave.objects.get(pk=response.wave_id))
    response = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
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
    _note(door.wave, [response.pk], revision=response.revision)
    return response


def _overall(questions: Sequence[Question], answers: Mapping[str, Any]) -> int | None:
    return next((answers.get(question.code) for question in questions if question.is_overall), None)


def _note(wave: Wave, response_ids: list[int], *, revision: int) -> None:
    JournalEntry.objects.create(wave=wave, response_ids=response_ids, revision=revision)
