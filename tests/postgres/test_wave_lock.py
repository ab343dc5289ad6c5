"""A response neither waits for who counts, nor gets into a wave that has closed."""

import time
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from django.db import transaction

from analytics.counting import tally
from responses.intake.door import Door, NotAccepted, Submission, amend
from responses.models import JournalEntry, Leaf, Response
from surveys import clock
from surveys.models import Wave
from surveys.waves import close_wave
from tests.postgres.conftest import Elsewhere, at_once
from tests.tallied import counts_of

ROUNDS = 40
SENDERS = 6


@pytest.fixture
def over(wave) -> Wave:
    """The wave on the day after its end, still open: it may be closed."""
    Wave.objects.filter(pk=wave.pk).update(ends_on=clock.today() - timedelta(days=1))
    return Wave.objects.get(pk=wave.pk)


@pytest.fixture
def receive(government):
    numbers = count()

    def receive_one(door: Door) -> str:
        submission = Submission(
            key=f"k{next(numbers)}",
            service=government.licence,
            channel=government.counter,
            answers={"OV": 5},
            source=Response.Source.WEB,
        )
        return door.receive(submission).receipt

    return receive_one


def test_a_response_does_not_wait_for_the_fold(wave, receive):
    door = Door(wave)
    receive(door)
    with transaction.atomic():
        assert tally.fold(wave) == 1
        Elsewhere(lambda: receive(door)).result()
        stored = Response.objects.latest("pk")
        Elsewhere(lambda: amend(stored, {"OV": 1}, reason="changed")).result()
    assert Response.objects.count() == 2
    assert tally.fold(wave) == 2
    assert counts_of(wave) == tally.count_all(wave)


def test_counting_from_nothing_waits_for_the_fold_and_counts_once(wave, receive):
    receive(Door(wave))
    with transaction.atomic():
        assert tally.fold(wave) == 1
        anew = Elsewhere(lambda: tally.rebuild(wave))
        assert anew.waits()
    anew.result()
    assert counts_of(wave) == tally.count_all(wave)
    assert Leaf.objects.count() == 1


def test_closing_waits_for_a_response_that_has_begun(over, receive):
    with transaction.atomic():
        receive(Door(over))
        closing = Elsewhere(lambda: close_wave(over))
        assert closing.waits()
        assert Wave.objects.get().state == Wave.State.OPEN
    assert closing.result().state == Wave.State.CLOSED
    assert Response.objects.count() == JournalEntry.objects.count() == 1


def test_a_response_that_comes_while_the_wave_closes_is_refused(over, receive):
    door = Door(over)
    receipt = receive(door)
    with transaction.atomic():
        close_wave(over)
        late = Elsewhere(lambda: receive(door))
        changing = Elsewhere(
            lambda: amend(Response.objects.get(receipt=receipt), {"OV": 1}, reason="changed")
        )
        assert late.waits()
        assert changing.waits()
    for refused in (late, changing):
        with pytest.raises(NotAccepted):
            refused.result()
    assert Response.objects.get().overall == 5


def test_nothing_is_stored_or_changed_once_closing_is_done(over, receive):
    """Senders race who closes, again and again: what is there when it has closed stays so."""
    taken = refused = 0
    for number in range(ROUNDS):
        Wave.objects.update(state=Wave.State.OPEN)
        door = Door(Wave.objects.get())
        first = receive(door)

        def until_closed(step, *given) -> int:
            for done in count():
                try:
                    step(*given, done)
                except NotAccepted:
                    break
            return done

        def change(receipt: str, done: int) -> None:
            response = Response.objects.get(receipt=receipt)
            amend(response, {"OV": 1 + done % 4}, reason="changed")

        def close(delay: float) -> dict[str, int]:
            time.sleep(delay)
            close_wave(over)
            return state()

        at_the_close, *by_senders = at_once(
            [
                partial(close, 0.02 * number / ROUNDS),
                partial(until_closed, change, first),
                *[partial(until_closed, lambda door, _done: receive(door), door)] * SENDERS,
            ]
        )
        assert state() == at_the_close
        taken += sum(by_senders)
        refused += len(by_senders)
    assert taken > 0
    assert refused == ROUNDS * (SENDERS + 1)
    tally.fold(over)
    assert counts_of(over) == tally.count_all(over)


def state() -> dict[str, int]:
    """Every response and its revision."""
    return dict(Response.objects.values_list("receipt", "revision"))
