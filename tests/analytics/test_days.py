"""Answers by agency and day, kept as they are folded: always as many as there are."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from analytics.counting import days, tally
from analytics.models import DayCount
from analytics.scoring.scores import compute_scores
from responses.intake.door import amend, erase
from responses.ledger.appending import Batch
from responses.models import JournalEntry, Response
from surveys import clock
from tests.closing import close_wave

EVENING, NIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC), datetime(2026, 3, 1, 18, tzinfo=UTC)


@pytest.fixture
def came(send, government):
    def at(moment, number, service="licence"):
        with clock.at(moment):
            place = getattr(government, service), government.counter
            return [send(*place, 4) for _k in range(number)]

    return at


def kept() -> Counter:
    return Counter(
        {(each.agency_id, each.day): each.answers for each in DayCount.objects.iterator()}
    )


def recounted() -> Counter:
    rows = Response.objects.values_list("service__agency", "received_at")
    return Counter((agency, clock.day_of(moment)) for agency, moment in rows)


def test_each_answer_is_counted_once_on_its_day_in_thailand(wave, came, government, monkeypatch):
    monkeypatch.setattr(tally, "ENTRIES_PER_TRANSACTION", 2)
    came(EVENING, 3)
    first, second, *_rest = came(NIGHT, 5)
    came(NIGHT, 1, "id_card")
    tally.fold(wave)
    assert kept() == recounted()
    assert sorted(kept().values()) == [1, 3, 5]
    amend(first, {"OV": 1}, reason="changed")
    erase(second)
    tally.fold(wave)
    tally.fold_changes(wave)
    assert kept() == recounted()
    came(NIGHT, 2)
    tally.rebuild(wave)
    tally.rebuild(wave)
    assert kept() == recounted()


def test_what_was_folded_before_days_were_kept_is_found_once(wave, came, monkeypatch):
    came(EVENING, 4)
    with monkeypatch.context() as before:
        before.setattr(days, "note", lambda *_asked: None)
        tally.fold(wave)
    changed = came(NIGHT, 3)[0]
    amend(changed, {"OV": 1}, reason="changed")
    tally.fold(wave)
    tally.fold(wave)
    assert kept() == recounted()
    assert not JournalEntry.objects.exists()


def test_an_entry_about_new_answers_and_others_counts_the_new(wave, came):
    """As screening makes them, of answers that nobody has counted yet."""
    old = came(EVENING, 2)
    tally.fold(wave)
    new = came(NIGHT, 2)
    keys = [each.pk for each in (*old, *new)]
    Response.objects.filter(pk__in=keys).update(revision=2)
    for each in (*old, *new):
        each.history.create(
            number=2, before=each.state(), reason="screening", changed_at=clock.now()
        )
    JournalEntry.objects.create(wave=wave, response_ids=keys, revision=2)
    tally.fold_changes(wave)
    tally.fold(wave)
    assert kept() == recounted()


def test_of_a_wave_that_is_over_none_are_kept(wave, came, django_assert_num_queries):
    first, *_rest = came(EVENING, 4)
    tally.fold(wave)
    closed = close_wave(wave)
    compute_scores(closed)
    erase(first)
    tally.rebuild(closed)
    assert not DayCount.objects.exists()
    with django_assert_num_queries(0):
        days.note(closed, Batch([(first.pk, 1)], {}, {}))
