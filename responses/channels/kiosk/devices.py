"""A kiosk: a device put up by staff, where many people answer in a row, with or without a network.

Answers wait on the device. Each has a random key made there, so handing in the same queue again,
from another tab or after a lost reply, stores each answer once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db.models import F, Q
from django.utils import timezone

from responses.intake.answers import AnswerError
from responses.intake.door import Door, NotAccepted, Submission
from responses.models import Kiosk, Response
from responses.privacy.devices import mark_of_kiosk
from surveys import clock
from surveys.access import may_see_every_agency
from surveys.languages import OWN
from surveys.models import Channel, EntryPoint, User, Wave
from surveys.speaking import spoken_in
from surveys.waves import accepting_wave

PIN_ATTEMPTS = 5
PIN_LOCK = timedelta(minutes=15)
# A device hands in its queue in portions of at most this many.
PORTION = 50

_SALT = "responses.kiosk"
_KEY = re.compile(r"[0-9a-f]{32}")
_WAVE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_LONGEST_WAIT = timedelta(days=3650).total_seconds()


def put_up(entry: EntryPoint, user: User, *, pin: str, name: str = "") -> Kiosk:
    """One that the survey office puts up needs nobody to confirm it."""
    now = clock.now()
    return Kiosk.objects.create(
        entry_point=entry,
        name=name,
        pin=make_password(pin),
        started_by=user,
        started_at=now,
        confirmed_at=now if may_see_every_agency(user) else None,
    )


def may_stand_at(entry: EntryPoint) -> bool:
    """A device that many people share stands where they are served in person."""
    return entry.channel.family == Channel.Family.IN_PERSON


def token_of(kiosk: Kiosk) -> str:
    """What the device keeps to show who it is."""
    return signing.dumps(kiosk.pk, salt=_SALT)


def known(token: str, slug: str) -> Kiosk | None:
    """The device that the token was given to, while it is up behind this link."""
    try:
        kiosk_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return (
        Kiosk.objects.filter(pk=kiosk_id, entry_point__slug=slug, ended_at=None)
        .select_related("entry_point__service__agency", "entry_point__channel")
        .select_related("entry_point__service_point")
        .first()
    )


class WrongPin(Exception):
    """The PIN is wrong, or too many were tried: `locked` tells."""

    def __init__(self, *, locked: bool) -> None:
        super().__init__()
        self.locked = locked


def take_down(kiosk: Kiosk, pin: str) -> None:
    """End kiosk mode. Raise WrongPin.

    An attempt is counted before it is looked at: trying many at once gains nothing.
    """
    now = clock.now()
    Kiosk.objects.filter(pk=kiosk.pk, locked_until__lte=now).update(attempts=0, locked_until=None)
    open_to_try = Kiosk.objects.filter(pk=kiosk.pk, attempts__lt=PIN_ATTEMPTS)
    if not open_to_try.update(attempts=F("attempts") + 1):
        raise WrongPin(locked=True)
    if check_password(pin, kiosk.pin):
        Kiosk.objects.filter(pk=kiosk.pk).update(attempts=0, locked_until=None, ended_at=now)
        return
    full = Kiosk.objects.filter(Q(attempts__gte=PIN_ATTEMPTS), pk=kiosk.pk, locked_until=None)
    raise WrongPin(locked=bool(full.update(locked_until=now + PIN_LOCK)))


@dataclass(frozen=True)
class Outcome:
    """What became of one queued answer: stored, already (stored before), closed (its survey no
    longer takes answers), refused (it is no answer to this survey)."""

    key: str
    outcome: str
    receipt: str = ""

    def as_json(self) -> dict[str, str]:
        return {"key": self.key, "outcome": self.outcome, "receipt": self.receipt}


class Intake:
    """Takes the queue of one device through the door."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.kiosk = kiosk
        self.entry = kiosk.entry_point
        self._doors: dict[str, Door | None] = {}

    def take(self, queued: Any) -> Outcome:
        key = queued.get("key") if isinstance(queued, dict) else None
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            return Outcome("", "refused")
        answers, wave, age = queued.get("answers"), queued.get("wave"), queued.get("age")
        if not _are_ratings(answers) or not isinstance(wave, str) or not _is_number(age):
            return Outcome(key, "refused")
        door = self._door(wave)
        if door is None:
            return Outcome(key, "closed")
        answered_at = self._answered_at(door.wave, age)
        if timezone.localdate(answered_at) > door.wave.ends_on:
            return Outcome(key, "closed")
        return self._receive(door, key, answers, answered_at, queued.get("language"))

    def _receive(
        self,
        door: Door,
        key: str,
        answers: Mapping[str, int],
        answered_at: datetime,
        language: Any,
    ) -> Outcome:
        submission = Submission(
            key=f"kiosk:{self.entry.slug}:{key}",
            service=self.entry.service,
            channel=self.entry.channel,
            service_point=self.entry.service_point,
            entry_point=self.entry,
            answers=answers,
            source=Response.Source.KIOSK,
            own=self.kiosk.confirmed_at is None,
            # No seconds: the question is shown all day, to nobody in particular.
            device=mark_of_kiosk(door.wave, self.kiosk.pk),
            language=language if language in _languages(door.wave) else "",
            answered_at=answered_at,
        )
        try:
            if door.check(submission).overall is None:
                return Outcome(key, "refused")
            received = door.receive(submission)
        except AnswerError:
            return Outcome(key, "refused")
        except NotAccepted:
            return Outcome(key, "closed")
        outcome = "stored" if received.created else "already"
        return Outcome(key, outcome, received.receipt)

    def _answered_at(self, wave: Wave, age: float) -> datetime:
        """When it was answered, by how long it waited: the device's clock may be wrong. No answer
        is older than the device."""
        waited = timedelta(seconds=min(max(age, 0), _LONGEST_WAIT))
        begun = max(wave.opened_at or clock.now(), self.kiosk.started_at)
        return max(clock.now() - waited, begun)

    def _door(self, code: str) -> Door | None:
        """The door of the wave that the device had shown, while it is open."""
        if code not in self._doors:
            self._doors[code] = None
            wave = None
            if self.entry.active and _WAVE.fullmatch(code):
                wave = accepting_wave(self.entry.service, self.entry.channel, code)
            if wave:
                self._doors[code] = Door(wave)
        return self._doors[code]


def _languages(wave: Wave) -> list[str]:
    return [*OWN, *(language.code for language in spoken_in(wave))]


def _are_ratings(answers: Any) -> bool:
    return isinstance(answers, dict) and all(type(value) is int for value in answers.values())


def _is_number(age: Any) -> bool:
    return type(age) in (int, float) and math.isfinite(age)
