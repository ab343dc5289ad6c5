"""The one door in. Nothing else creates or changes a response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from responses.answers import Answerable, check_answers
from responses.models import JournalEntry, Response, Revision
from responses.storing import Checked, known_keys, store
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
        self._asked: dict[int, list[Question]] = {}
        self._answerable: dict[int, tuple[Answerable, str]] = {}

    def asked(self, channel: Channel) -> list[Question]:
        if channel.pk not in self._asked:
            self._asked[channel.pk] = self.wave.questionnaire.asked_on(channel)
        return self._asked[channel.pk]

    def _checks(self, channel: Channel) -> tuple[Answerable, str]:
        """What the channel's questions take, and the code of the one that decides."""
        questions = self.asked(channel)
        decides = next((question.code for question in questions if question.is_overall), "")
        return self._answerable.setdefault(channel.id, (Answerable(questions), decides))

    def check(self, submission: Submission) -> Checked:
        """What would be stored. Raise AnswerError for an answer not taken."""
        channel, point, entry = submission.channel, submission.service_point, submission.entry_point
        answerable, decides = self._answerable.get(channel.id) or self._checks(channel)
        answers = answerable.check(submission.answers)
        now = clock.now()
        return Checked(
            self.wave.id,
            submission.service.id,
            channel.id,
            point.id if point else None,
            entry.id if entry else None,
            answers,
            answers.get(decides),
            submission.base_weight,
            submission.respondent,
            submission.key,
            str(submission.source),
            submission.language,
            submission.answered_at or now,
            now,
        )

    def receive(self, submission: Submission) -> Received:
        """Store one submission. Raise AnswerError, or NotAccepted once the wave has closed."""
        response = self.check(submission).response()
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

    def receive_many(self, responses: Sequence[Checked]) -> int:
        """Store what `check` made, leaving out keys stored before. Returns how many were new."""
        first_of_key: dict[str, Checked] = {}
        for response in responses:
            first_of_key.setdefault(response.submission_key, response)
        while True:
            known = known_keys(self.wave.id, list(first_of_key))
            new = [response for key, response in first_of_key.items() if key not in known]
            if not new:
                return 0
            try:
                with transaction.atomic():
                    self._hold_open()
                    _note(self.wave, store(new), revision=1)
                return len(new)
            except IntegrityError:
                # Another sender stored one of these keys meanwhile: look again.
                if not self._more_known(first_of_key, known):
                    raise

    def _more_known(self, keys: Mapping[str, Checked], known: set[str]) -> bool:
        return len(known_keys(self.wave.id, list(keys))) > len(known)

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
def amend(response: Response, answers: Mapping[str, Any], *, reason: str) -> Response:
    """Add to or change answers of a stored response while its wave is open.

    Raises AnswerError, or NotAccepted once the wave has closed.
    """
    door = Door(Wave.objects.get(pk=response.wave_id))
    response = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    questions = door.asked(response.channel)
    merged = response.answers | check_answers(questions, answers)
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
