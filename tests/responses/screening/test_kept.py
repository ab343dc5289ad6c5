"""What is kept between two screenings: they end where a screening of everything would, and nothing
is kept that should be gone."""

import sys
from datetime import timedelta
from itertools import count

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from analytics.counting import tally
from responses.intake.door import Door, Submission, amend, erase
from responses.models import (
    AgencyScreening,
    DeviceKey,
    Flag,
    JournalEntry,
    KeptPart,
    Response,
    Unscreened,
)
from responses.privacy import retention
from responses.screening import kept, reading
from responses.screening.columns import TYPES
from responses.screening.kept import read
from responses.screening.screen import screen
from surveys import clock
from surveys.models import Service, Wave
from tests.closing import close_wave
from tests.stuffing import FIRST, answer_all, everyday, one_night

pytestmark = pytest.mark.django_db

Disposition = Response.Disposition
TEXTS = (
    "",
    "เจ้าหน้าที่บริการดีมาก สุภาพ ยิ้มแย้มแจ่มใส ให้คำแนะนำดี",
    "The queue was far too long and nobody said why it did not move",
)


@pytest.fixture(autouse=True)
def short_parts(monkeypatch):
    """So that parts begin, grow and are divided with few answers."""
    monkeypatch.setattr(reading, "ROWS", 40)


@pytest.fixture
def honest(wave, government):
    answer_all(wave, government.licence, government.counter, everyday(40))


@pytest.fixture
def stuffed(wave, honest, government) -> list[Response]:
    return answer_all(wave, government.licence, government.counter, one_night(30, 60))


def found(wave: Wave) -> tuple:
    """All that screening says."""
    flags = Flag.objects.filter(withdrawn_at=None)
    said = ("agency", "answers", "set_aside", "disputed", "by_rule", "alarm")
    return (
        sorted(flags.values_list("response", "rule", "strength")),
        sorted(Response.objects.values_list("pk", "disposition")),
        list(AgencyScreening.objects.filter(wave=wave).order_by("agency").values_list(*said)),
    )


def found_by_a_fresh_pass(wave: Wave) -> tuple:
    """As if nothing had been screened before."""
    with transaction.atomic():
        for model in (Flag, AgencyScreening, KeptPart, Unscreened):
            model.objects.all().delete()
        screened = Response.objects.filter(disposition=Disposition.SCREENED)
        screened.update(disposition=Disposition.COUNTED)
        for agency in {*Response.objects.values_list("service__agency", flat=True)}:
            AgencyScreening.objects.get_or_create(wave=wave, agency_id=agency)
        screen(wave, anew=True)
        result = found(wave)
        transaction.set_rollback(True)
    return result


class Country:
    """Citizens, a crowd at night, a program and a kiosk, by a generator of numbers."""

    def __init__(self, wave, government, seed: int) -> None:
        self.wave, self.government = wave, government
        self.rng = np.random.default_rng(seed)
        self.numbers = count()

    def answer(self) -> None:
        rng, given = self.rng, self.government
        n = int(rng.integers(1, 60))
        crowd, device = rng.random() < 0.3, f"mark-{rng.integers(12)}"
        sources = [Response.Source.WEB, Response.Source.KIOSK, Response.Source.API]
        source = rng.choice(sources, p=[0.6, 0.2, 0.2])
        program = f"program{rng.integers(2)}"
        day = int(rng.integers(60))
        door, made = Door(self.wave), []
        for k in range(n):
            at = FIRST + timedelta(
                days=day if crowd else int(rng.integers(60)), minutes=int(rng.integers(600))
            )
            service = (given.licence, given.tax, given.id_card)[0 if crowd else rng.integers(3)]
            channel = given.counter if rng.random() < 0.7 else given.online
            rating = 5 if crowd else int(rng.choice([5, 4, 4, 2]))
            made.append(
                door.check(
                    Submission(
                        key=f"{program}:{next(self.numbers)}",
                        service=service,
                        channel=channel,
                        service_point=given.chatuchak if rng.random() < 0.3 else None,
                        answers={"OV": rating, "D7": TEXTS[rng.choice(3, p=[0.8, 0.1, 0.1])]}
                        | ({"P1": int(rng.integers(1, 6)), "D2": "f"} if k % 2 else {}),
                        source=Response.Source(source),
                        answered_at=at,
                        device=device if crowd else f"mark-{rng.integers(500)}",
                        seconds=6 if crowd else int(rng.integers(1, 40)),
                        own=bool(rng.random() < 0.05),
                    )
                )
            )
        door.store_new(made)

    def amend(self) -> None:
        for response in self._some(4):
            answers = {"OV": int(self.rng.integers(1, 6)), "P1": int(self.rng.integers(1, 6))}
            amend(response, answers, reason="details")

    def erase(self) -> None:
        for response in self._some(3):
            erase(response)

    def _some(self, n: int) -> list[Response]:
        there = Response.objects.exclude(disposition=Disposition.ERASED).order_by("pk")
        keys = list(there.values_list("pk", flat=True))
        picked = self.rng.choice(keys, min(n, len(keys)), replace=False)
        return list(Response.objects.filter(pk__in=picked.tolist()).order_by("pk"))

    def count(self) -> None:
        tally.fold(self.wave)

    def step(self) -> None:
        ways = (self.answer, self.answer, self.amend, self.erase, self.count)
        ways[self.rng.integers(len(ways))]()


@pytest.mark.parametrize("seed", [2570, 33])
def test_step_by_step_ends_where_one_fresh_pass_does(wave, government, seed):
    sys.stdout.write(f"seed {seed}\n")
    country = Country(wave, government, seed)
    country.answer()
    for number in range(24):
        country.step()
        if country.rng.random() < 0.4:
            screen(wave, now=bool(country.rng.random() < 0.8))
        if number % 8 == 7:
            screen(wave, now=True)
            assert found(wave) == found_by_a_fresh_pass(wave)
            assert_kept_is_what_is_stored(wave)
    assert KeptPart.objects.count() > 3
    assert Flag.objects.filter(rule="same_device").exists()
    assert Response.objects.filter(disposition=Disposition.SCREENED).exists()
    closed = close_wave(wave)
    screen(closed)
    assert found(closed) == found_by_a_fresh_pass(closed)
    assert not KeptPart.objects.exists()
    assert not Unscreened.objects.exists()


def assert_kept_is_what_is_stored(wave: Wave) -> None:
    for each in AgencyScreening.objects.filter(wave=wave):
        one, other = read(wave, each).answers, read(wave, each, anew=True).answers
        for name in {*TYPES} - {"text"}:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)
        np.testing.assert_array_equal(one.signatures[one.text], other.signatures[other.text])


def test_where_nothing_has_come_no_response_is_read(wave, stuffed):
    screen(wave)
    tally.fold(wave)
    for given in ({}, {"now": True}):
        with CaptureQueriesContext(connection) as asked:
            assert screen(wave, **given) == 0
        assert not [each for each in asked if Response._meta.db_table in each["sql"]]
        assert len(asked) < 10


def test_what_is_not_due_is_not_read_either(wave, stuffed, government, send):
    screen(wave)
    send(government.licence, government.counter, 4, answered_at=FIRST)
    tally.fold(wave)
    with CaptureQueriesContext(connection) as asked:
        assert screen(wave) == 0
    assert not [each for each in asked if Response._meta.db_table in each["sql"]]


def test_what_has_come_or_changed_is_read_and_nothing_else(
    wave, stuffed, government, send, monkeypatch
):
    screen(wave)
    new = send(government.licence, government.counter, 4, answered_at=FIRST)
    changed = Response.objects.earliest("pk")
    amend(changed, {"P1": 4}, reason="details")
    asked: list[int] = []
    some = reading.Reader.some

    def noting(self, keys):
        keys = list(keys)
        asked.extend(keys)
        return some(self, keys)

    monkeypatch.setattr(reading.Reader, "some", noting)
    monkeypatch.delattr(reading.Reader, "all")
    assert screen(wave, now=True) == 1
    assert sorted(asked) == sorted([new.pk, changed.pk])


def test_what_is_counted_after_it_was_screened_is_not_screened_again(wave, stuffed):
    screen(wave)
    tally.fold(wave)
    assert not Unscreened.objects.exists()
    assert screen(wave, now=True) == 0


def test_an_erased_answer_is_kept_no_longer_though_nothing_is_due(wave, stuffed):
    screen(wave)
    erased = Response.objects.earliest("pk")
    erase(erased)
    tally.fold(wave)
    assert erased.pk in keys_kept()
    assert screen(wave) == 0
    assert erased.pk not in keys_kept()
    assert len(keys_kept()) == 219
    with CaptureQueriesContext(connection) as asked:
        screen(wave)  # given up once, not at each run
    assert not [each for each in asked if "UPDATE" in each["sql"]]
    assert screen(wave, now=True) == 1
    assert found(wave) == found_by_a_fresh_pass(wave)


def test_whoever_screens_meanwhile_does_not_keep_an_erased_answer(wave, stuffed, monkeypatch):
    screen(wave)
    amend(Response.objects.latest("pk"), {"P1": 4}, reason="details")
    erased = Response.objects.earliest("pk")
    first = kept.read

    def read_then_erase(*asked, **more):
        result = first(*asked, **more)
        monkeypatch.setattr("responses.screening.screen.read", first)
        erase(erased)
        screen(wave)
        return result

    monkeypatch.setattr("responses.screening.screen.read", read_then_erase)
    assert screen(wave, now=True) == 0  # what was read is old by now
    assert erased.pk not in keys_kept()
    assert screen(wave, now=True) == 1
    assert found(wave) == found_by_a_fresh_pass(wave)


def keys_kept() -> set[int]:
    parts = KeptPart.objects.values_list("data", flat=True)
    return {key for part in parts for key in reading.unpacked(bytes(part))["pk"].tolist()}


def test_no_word_mark_or_key_is_kept(wave, government):
    submission = Submission(
        key="program-7:invoice-2570",
        service=government.licence,
        channel=government.counter,
        answers={"OV": 4, "D7": TEXTS[1]},
        source=Response.Source.API,
        device="AbCdEfGhIjKlMnOpQrStUv",
    )
    Door(wave).receive(submission)
    screen(wave)
    response = Response.objects.get()
    (part,) = KeptPart.objects.values_list("data", flat=True)
    arrays = reading.unpacked(bytes(part))
    assert all(array.dtype.kind in "iub" for array in arrays.values())
    everything = b"".join(array.tobytes() for array in arrays.values())
    for told in (TEXTS[1], response.device, response.submission_key, response.receipt):
        assert told.encode() not in everything
    assert arrays["device"][0]
    assert arrays["signature"][0].any()


def test_nothing_is_kept_once_the_wave_has_closed(wave, stuffed, government):
    screen(wave)
    assert KeptPart.objects.exists()
    closed = close_wave(wave)
    screen(closed)
    assert not KeptPart.objects.exists()
    erase(Response.objects.earliest("pk"))
    tally.fold(closed)
    assert screen(closed) == 0
    assert not KeptPart.objects.exists()
    assert not Unscreened.objects.exists()


def test_a_screening_that_outlasts_the_wave_keeps_nothing(wave, stuffed, monkeypatch):
    first = kept.read

    def read_then_close(*asked, **more):
        result = first(*asked, **more)
        close_wave(Wave.objects.get(pk=wave.pk))
        return result

    monkeypatch.setattr("responses.screening.screen.read", read_then_close)
    screen(wave)
    assert not KeptPart.objects.exists()


def test_a_screening_that_outlasts_publication_finds_nothing(wave, stuffed, monkeypatch):
    first = kept.read

    def read_then_publish(*asked, **more):
        result = first(*asked, **more)
        Wave.objects.filter(pk=wave.pk).update(state=Wave.State.PUBLISHED)
        return result

    monkeypatch.setattr("responses.screening.screen.read", read_then_publish)
    assert screen(wave) == 0
    assert not Flag.objects.exists()
    assert not Response.objects.filter(disposition="screened").exists()


def test_marks_of_devices_are_cleared_here_too(wave, stuffed):
    screen(wave)
    part = KeptPart.objects.first()
    DeviceKey.objects.create(wave=wave)
    screen(close_wave(wave))
    part.save(force_insert=True)
    with clock.at(clock.now() + timedelta(days=2)):
        retention.clear_marks()
    assert not KeptPart.objects.exists()


def test_a_wave_that_declares_no_rules_notes_nothing(wave, stuffed):
    Wave.objects.update(method={k: v for k, v in wave.method.items() if k != "screening"})
    tally.fold(Wave.objects.get())
    assert not Unscreened.objects.exists()


def test_a_service_that_moves_to_another_agency_is_read_there(wave, stuffed, government, send):
    for k in range(20):
        send(government.tax, government.online, 4, answered_at=FIRST + timedelta(days=k))
    screen(wave)
    Service.objects.filter(pk=government.tax.pk).update(agency=government.dopa)
    send(government.tax, government.online, 4, answered_at=FIRST)
    send(government.licence, government.counter, 4, answered_at=FIRST)
    assert screen(wave, now=True) == 2
    answers = dict(AgencyScreening.objects.values_list("agency", "answers"))
    assert answers == {government.dlt.pk: 221, government.dopa.pk: 21}


def test_of_an_agency_all_of_whose_answers_are_erased(wave, government, send):
    only = send(government.licence, government.counter, 5)
    screen(wave)
    erase(only)
    assert screen(wave, now=True) == 1
    assert AgencyScreening.objects.get().answers == 0
    assert not keys_kept()
    send(government.licence, government.counter, 5)
    assert screen(wave, now=True) == 1
    assert AgencyScreening.objects.get().answers == 1


def test_what_a_worker_left_undone_is_still_noted(wave, stuffed, monkeypatch):
    screen(wave)
    amend(Response.objects.latest("pk"), {"P1": 4}, reason="details")
    with monkeypatch.context() as patched:
        patched.setattr("responses.screening.screen.judge_but", _dies)
        with pytest.raises(RuntimeError):
            screen(wave, now=True)
    assert not JournalEntry.objects.filter(noticed=False).exists()
    assert screen(wave, now=True) == 1
    assert found(wave) == found_by_a_fresh_pass(wave)


def _dies(*args, **kwargs):
    raise RuntimeError("the worker was killed")
