"""The one door in. Nothing else creates or changes a response."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from responses.intake import storing
from responses.intake.answers import Asked, check_answers
from responses.intake.asking import Asking, asked_in
from responses.ledger import appending
from responses.models import TRACELESS, Comment, Flag, JournalEntry, Response, Revision
from responses.models.columns import Checked, emptied
from surveys import clock
from surveys.holding import ClosedError
from surveys.models import Channel, EntryPoint, Service, ServicePoint, Wave

Disposition = Response.Disposition
UNPUBLISHED = [Wave.State.OPEN, Wave.State.CLOSED]
RESPONSES_A_REVISION = 2_000
EMPTIED = emptied(once_counted=False)


class NotAccepted(Exception):
    """The submission cannot be stored; the message tells the sender why."""


class Submission(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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
    draw: int | None = None
    respondent: str = ""
    sampling_unit: str = ""
    selection: Response.Selection = Response.Selection.OPEN
    device: str = ""
    seconds: int | None = None
    complete: bool = False  # no required answer may be missing
    own: bool = False  # sent by a program, a device or staff of the agency that it is about


@dataclass(frozen=True)
class Received:
    """A response is stored; `created` is False where its key had been stored before. `late`: it is
    set aside, for it came longer after it was answered than the wave allows a program."""

    receipt: str
    created: bool
    late: bool = False

    @property
    def response(self) -> Response:
        return Response.objects.get(receipt=self.receipt)


class Door:
    """The door of one wave: knows what it asks about which service on which channel. Use it for
    many submissions."""

    def __init__(self, wave: Wave) -> None:
        """Raise NotAccepted where the wave is not open."""
        if wave.state != Wave.State.OPEN:
            raise NotAccepted(_("Wave %(wave)s is not open for answers.") % {"wave": wave.code})
        self.wave = wave
        self._asking = Asking(wave)
        method = wave.declared_method()
        self._own_apart = method.own_answers == "beside"
        late = method.screening.rules.get("late") if method.screening else None
        self.late_after = timedelta(hours=late["hours"]) if late else None

    def asked(self, service: Service, channel: Channel) -> Asked:
        return self._asking.of(service, channel)

    def check(self, submission: Submission) -> Checked:
        """The response as it would be stored. Raise AnswerError for an answer not taken."""
        questions = self.asked(submission.service, submission.channel)
        answers = check_answers(questions, submission.answers, complete=submission.complete)
        return self.with_answers(submission, questions, answers)

    def with_answers(
        self, submission: Submission, questions: Asked, answers: dict[str, Any]
    ) -> Checked:
        """The response as it would be stored, with what `check` makes of its answers."""
        now = clock.now()
        answered_at = submission.answered_at or now
        device, seconds, language = submission.device, submission.seconds, submission.language
        if submission.selection in TRACELESS:
            now, answered_at = clock.noon_of(now), clock.noon_of(answered_at)
            device, seconds, language = "", None, ""
        return Checked(
            service_id=submission.service.id,
            channel_id=submission.channel.id,
            service_point_id=submission.service_point.id if submission.service_point else None,
            entry_point_id=submission.entry_point.id if submission.entry_point else None,
            answers=answers,
            overall=answers.get(questions.overall.code) if questions.overall else None,
            base_weight=submission.base_weight,
            draw=submission.draw,
            respondent=submission.respondent,
            sampling_unit=submission.sampling_unit,
            submission_key=submission.key,
            source=submission.source,
            selection=self._selection(submission),
            device=device,
            seconds=seconds,
            language=language,
            answered_at=answered_at,
            received_at=now,
        )

    def _selection(self, submission: Submission) -> str:
        if submission.own and self._own_apart:
            return Response.Selection.OWN
        return submission.selection

    def is_late(self, checked: Checked) -> bool:
        """Whether a program handed it in longer after it was answered than the wave allows."""
        lag = checked.received_at - checked.answered_at
        return self.late_after is not None and lag > self.late_after

    def receive(self, submission: Submission) -> Received:
        """Store one submission. Raise AnswerError, or NotAccepted once the wave has closed."""
        checked = self.check(submission)
        if self.store_new([checked]):
            return Received(checked.receipt, created=True)
        stored = Response.objects.sent_as(self.wave, [submission.key], submission.source).first()
        if stored is None:
            raise RuntimeError(f"not stored, and not there: {submission.key}")
        return Received(stored.receipt, created=False)

    def receive_many(self, responses: Sequence[Checked]) -> int:
        """Store what `check` made, leaving out keys stored before. Returns how many were new."""
        return len(self.store_ready(self.make_ready(responses)))

    def make_ready(self, responses: Sequence[Checked]) -> storing.Ready:
        """What `check` made, each key once, ready for `store_ready`: what may be done beside it."""
        first_of_key = {response.submission_key: response for response in reversed(responses)}
        return storing.make_ready(first_of_key.values())

    def store_new(self, responses: Sequence[Checked]) -> list[Checked]:
        """Store what `check` made, each under a key of its own, and return those whose key was not
        stored before. Raise NotAccepted once the wave has closed."""
        return self.store_ready(storing.make_ready(responses))

    def store_ready(self, ready: storing.Ready) -> list[Checked]:
        """The same of what is ready."""
        try:
            return storing.store_ready(self.wave, ready)
        except ClosedError:
            raise _closed(self.wave) from None


def _closed(wave: Wave) -> NotAccepted:
    return NotAccepted(_("Wave %(wave)s has closed.") % {"wave": wave.code})


def amend(
    response: Response, answers: Mapping[str, Any], *, reason: str, complete: bool = False
) -> Response:
    """Add to or change answers of a stored response while its wave is open. What no longer applies
    after the change is left out; `complete`: no required answer may be missing.

    Raises AnswerError, or NotAccepted once the wave has closed or the answers are erased.
    """
    questions = asked_in(response.wave_id, response.service, response.channel)
    while True:
        if response.disposition == Response.Disposition.ERASED:
            raise NotAccepted(_("These answers have been erased."))
        merged = check_answers(questions, answers, known=response.answers, complete=complete)
        if merged == response.answers:
            return response
        changed = copy(response)
        changed.answers = merged
        changed.overall = merged.get(questions.overall.code) if questions.overall else None
        changed.revision += 1
        try:
            if storing.change(response, changed, reason, _moment_for(response)):
                return changed
        except ClosedError:
            raise _closed(response.wave) from None
        response = Response.objects.get(pk=response.pk)  # another has changed it meanwhile


def _moment_for(response: Response) -> datetime:
    """When a change is noted to have been made: of some the day alone is known."""
    now = clock.now()
    return clock.noon_of(now) if response.selection in TRACELESS else now


@transaction.atomic
def erase(response: Response, *, reason: str = "erased") -> Response:
    """Empty a stored response for good, as its sender may ask at any time; twice changes nothing.

    Until its wave is published it no longer counts. What is published stays as it is: the totals
    were made while the answers were there. The log keeps a leaf that says so, and nothing with
    which the earlier ones could be opened.
    """
    # The lock of whoever counts, logs or publishes: none of them sees a response half erased.
    wave = Wave.objects.select_for_update(no_key=True).get(pk=response.wave_id)
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
        changed_at=_moment_for(response),
    )
    Flag.objects.filter(response=response).delete()
    Comment.objects.filter(response=response).delete()
    if published:
        appending.append_revisions(wave, [(response.pk, response.revision)])
        appending.purge([response.pk])
    else:
        JournalEntry.objects.create(
            wave=wave, response_ids=[response.pk], revision=response.revision
        )
    return response


@transaction.atomic
def set_aside(wave: Wave, responses: Collection[int], *, reason: str) -> int:
    """Let these responses count no longer in the trusted figures. Returns how many changed.

    Raises NotAccepted once the wave is published.
    """
    return _move_all(wave, responses, Disposition.COUNTED, Disposition.SCREENED, reason)


@transaction.atomic
def count_again(wave: Wave, responses: Collection[int], *, reason: str) -> int:
    """Take back that these responses were set aside. Returns how many changed.

    Raises NotAccepted once the wave is published.
    """
    return _move_all(wave, responses, Disposition.SCREENED, Disposition.COUNTED, reason)


def _move_all(wave: Wave, responses: Collection[int], before: str, after: str, reason: str) -> int:
    """Those that are `before` become `after`; whoever was erased meanwhile stays so."""
    # The lock of whoever counts, logs or publishes: nothing moves between last count and seal.
    if Wave.objects.select_for_update(no_key=True).get(pk=wave.pk).state not in UNPUBLISHED:
        raise NotAccepted(_("Wave %(wave)s is published: nothing changes.") % {"wave": wave.code})
    changed = 0
    wanted = sorted(responses)
    for start in range(0, len(wanted), RESPONSES_A_REVISION):
        batch = wanted[start : start + RESPONSES_A_REVISION]
        found = list(
            Response.objects.select_for_update(of=("self",))
            .filter(wave=wave, pk__in=batch, disposition=before)
            .order_by("pk")
            .only("pk", "answers", "disposition", "revision", "selection")
        )
        Revision.objects.bulk_create(
            Revision(
                response=response,
                number=response.revision + 1,
                before=response.state(),
                reason=reason,
                changed_at=_moment_for(response),
            )
            for response in found
        )
        by_revision: dict[int, list[int]] = {}
        for response in found:
            by_revision.setdefault(response.revision + 1, []).append(response.pk)
        for revision, ids in by_revision.items():
            Response.objects.filter(pk__in=ids).update(disposition=after, revision=revision)
            # Whoever moves them has screened them, and need not do so again.
            JournalEntry.objects.create(
                wave=wave, response_ids=ids, revision=revision, noticed=True
            )
        changed += len(found)
    return changed
