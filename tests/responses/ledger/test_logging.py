"""Each response at each revision enters the log once, in the transaction that counts it."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from analytics.counting import tally
from responses.intake.door import Door, Submission, amend, erase
from responses.ledger import appending, tiles
from responses.ledger.findings import Checked
from responses.ledger.verification import verify
from responses.models import JournalEntry, Leaf, Response, Revision
from tests.closing import close_wave
from tests.tallied import counts_of


def test_counting_logs_each_response_once(wave, logged, leaf_of):
    tally.fold(wave)
    assert tiles.size_of(wave) == Leaf.objects.count() == 6
    assert leaf_of(logged[0]) == [(1, "counted", 32)]
    assert [leaf.receipt for leaf in Leaf.objects.order_by("position")] == [
        response.receipt for response in logged
    ]


def test_sending_logs_nothing(wave, government, send):
    send(government.licence, government.counter, 5)
    assert tiles.size_of(wave) == 0


def test_each_revision_is_a_leaf_of_its_own(wave, logged, leaf_of):
    amend(logged[0], {"P1": 5}, reason="completed")
    amend(logged[0], {"P1": 3}, reason="corrected")
    tally.fold(wave)
    assert leaf_of(logged[0]) == [(1, "counted", 32), (2, "counted", 32), (3, "counted", 32)]
    assert len({bytes(leaf.commitment) for leaf in Leaf.objects.all()}) == 8
    assert not list(verify(wave))


def test_revisions_that_wait_together_are_logged_as_they_were(wave, government, send):
    response = send(government.licence, government.counter, 2)
    amend(response, {"P1": 5}, reason="completed")
    tally.fold(wave)
    assert not list(verify(wave, checked := Checked()))
    assert checked.opened == 2


def test_equal_answers_have_unlike_commitments(wave, government, send):
    for _k in range(2):
        send(government.licence, government.counter, 5)
    tally.fold(wave)
    assert len({bytes(leaf.commitment) for leaf in Leaf.objects.all()}) == 2


@pytest.mark.parametrize("crashing", ["_add", "_count_batch"])
def test_a_crash_while_counting_logs_nothing_and_loses_nothing(
    wave, government, send, monkeypatch, crashing
):
    send(government.licence, government.counter, 5)

    def crash(*args):
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(tally, crashing, crash)
        with pytest.raises(ConnectionError):
            tally.fold(wave)
    assert tiles.size_of(wave) == Leaf.objects.count() == 0
    tally.fold(wave)
    assert tiles.size_of(wave) == Leaf.objects.count() == 1


def test_counting_from_nothing_logs_what_waits_and_nothing_twice(wave, logged, government, send):
    send(government.licence, government.counter, 5)
    tally.rebuild(wave)
    tally.rebuild(wave)
    assert tiles.size_of(wave) == Leaf.objects.count() == 7
    assert not JournalEntry.objects.exists()
    assert not list(verify(wave))


def test_a_batch_larger_than_is_written_at_once(wave, government, send, monkeypatch):
    monkeypatch.setattr(appending, "AT_ONCE", 4)
    for k in range(11):
        response = send(government.licence, government.counter, 1 + k % 5)
        if k % 3 == 0:
            amend(response, {"P1": 5}, reason="completed")
    tally.fold(wave)
    assert tiles.size_of(wave) == 15
    assert not list(verify(wave))


def test_the_order_is_that_of_the_journal(wave, government, send):
    first = send(government.licence, government.counter, 2)
    send(government.licence, government.counter, 3)
    amend(first, {"OV": 4}, reason="corrected")
    tally.fold(wave)
    named = Leaf.objects.order_by("position").values_list("receipt", "revision")
    assert [named[0], named[2]] == [(first.receipt, 1), (first.receipt, 2)]


def test_erasing_is_logged_and_no_longer_counts(wave, logged, leaf_of):
    erase(logged[0])
    tally.fold(wave)
    assert leaf_of(logged[0]) == [(1, "counted", 32), (2, "erased", 0)]
    assert counts_of(wave) == tally.count_all(wave)
    counted = [key.value for key in counts_of(wave) if key.question == "OV"]
    assert sorted(counted) == [1, 2, 3, 4, 5]  # two had given 1, one of them is gone
    assert not list(verify(wave, checked := Checked()))
    assert (checked.opened, checked.erased) == (5, 2)


def test_nothing_of_an_erased_answer_is_left(wave, logged):
    response = logged[0]
    Response.objects.filter(pk=response.pk).update(
        device="d" * 22, respondent="person", seconds=5, language="th"
    )
    amend(response, {"D7": "ความลับ"}, reason="completed")
    erase(response)
    tally.fold(wave)
    response.refresh_from_db()
    emptied = ("salt", "device", "respondent", "language")
    assert [getattr(response, name) for name in emptied] == [""] * 4
    assert (response.answers, response.overall, response.seconds) == ({}, None, None)
    assert [change.before for change in Revision.objects.all()] == [{}, {}]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT group_concat(answers) FROM responses_response")
            assert "ความลับ" not in cursor.fetchone()[0]


def test_what_is_erased_before_it_is_counted_is_logged_as_it_was(
    wave, government, send, leaf_of, checked
):
    response = send(government.licence, government.counter, 2, D7="ลบ")
    amend(response, {"P1": 4}, reason="completed")
    erase(response)
    tally.fold(wave)
    assert leaf_of(response) == [(1, "counted", 32), (2, "counted", 32), (3, "erased", 0)]
    assert not any(counts_of(wave).values())
    assert not list(verify(wave))
    response.refresh_from_db()
    assert response.salt == ""
    assert not Revision.objects.exclude(before={}).exists()


def test_the_groups_of_a_clustered_wave_are_subtracted_where_they_were_added(
    draft, government, send
):
    type(draft).objects.filter(pk=draft.pk).update(method=draft.method | {"clusters": "respondent"})
    wave = type(draft).objects.get(pk=draft.pk)
    kept = send(government.licence, government.counter, 5, respondent="a")
    gone = send(government.licence, government.counter, 5, respondent="b")
    tally.fold(wave)
    erase(gone)
    tally.fold(wave)
    assert [key.psu for key in counts_of(wave)] == ["a"]
    assert counts_of(wave) == tally.count_all(wave)
    assert Response.objects.get(pk=kept.pk).respondent == "a"


def test_erasing_twice_changes_nothing(wave, logged):
    erase(logged[0])
    erase(logged[0])
    tally.fold(wave)
    assert Revision.objects.count() == 1


def test_a_response_of_a_closed_wave_can_be_erased(wave, logged):
    closed = close_wave(wave)
    erase(logged[0])
    tally.fold(closed)
    assert not list(verify(closed))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_do_not_fork_the_log(wave, government):
    door = Door(wave)
    rounds, each = 12, 40
    start = Barrier(3)
    failures = []

    def send_all():
        try:
            start.wait()
            for k in range(rounds * each):
                door.receive(
                    Submission(
                        key=f"k{k}",
                        service=government.licence,
                        channel=government.counter,
                        answers={"OV": 1 + k % 5},
                        source=Response.Source.WEB,
                    )
                )
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    def count():
        try:
            start.wait()
            while Leaf.objects.count() < rounds * each and not failures:
                tally.fold(wave)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=send_all), Thread(target=count), Thread(target=count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert tiles.size_of(wave) == rounds * each
    assert not list(verify(wave, checked := Checked()))
    assert checked.opened == rounds * each
    assert counts_of(wave) == tally.count_all(wave)
