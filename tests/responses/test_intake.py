"""The one door: what it stores, what it refuses, and that it stores once."""

import sys
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from responses.intake import doors
from responses.intake.answers import AnswerError
from responses.intake.door import (
    Door,
    NotAccepted,
    Submission,
    amend,
    count_again,
    erase,
    set_aside,
)
from responses.models import Flag, JournalEntry, Response, Revision
from surveys import clock
from surveys.models import Question
from surveys.waves import open_wave, publish_wave
from tests.closing import close_wave


def submission(government, key="k1", **answers) -> Submission:
    return Submission(
        key=key,
        service=government.licence,
        channel=government.counter,
        answers=answers or {"OV": 5},
        source=Response.Source.WEB,
    )


def test_stores_a_response_with_a_receipt(wave, government):
    received = Door(wave).receive(submission(government, OV="4", P1=0, D7="  ดี  ", D2=""))
    response = Response.objects.get()
    assert received.created
    assert response.answers == {"OV": 4, "P1": 0, "D7": "ดี"}
    assert response.overall == 4
    assert len(response.receipt) == 14


def test_sending_twice_stores_one_and_answers_alike(wave, government):
    first = Door(wave).receive(submission(government))
    second = Door(wave).receive(submission(government))
    assert (first.created, second.created) == (True, False)
    assert first.response == second.response
    assert JournalEntry.objects.count() == 1


def test_what_is_neither_stored_nor_there_is_told(wave, government, monkeypatch):
    monkeypatch.setattr(Door, "store_new", lambda *_given: [])
    with pytest.raises(RuntimeError, match="k1"):
        Door(wave).receive(submission(government))


def test_a_door_that_was_found_just_before_its_wave_closed(wave, government, monkeypatch):
    close_wave(wave)
    monkeypatch.setattr(doors, "_accepting", lambda *_where: wave.pk)
    assert doors.door_to(government.licence, government.counter) is None


def test_a_citizen_number_is_not_kept_as_a_number(draft, government):
    draft.questionnaire.questions.create(code="N", kind="number", position=9, text_th="ก")
    door = Door(open_wave(draft))
    assert door.receive(submission(government, OV=5, N="42")).response.answers["N"] == 42
    with pytest.raises(AnswerError, match="citizen number"):
        door.check(submission(government, OV=5, N="1101700230708"))


def test_equal_answers_under_two_keys_are_two_citizens(wave, government):
    Door(wave).receive(submission(government, key="a"))
    Door(wave).receive(submission(government, key="b"))
    assert Response.objects.count() == 2


@pytest.mark.parametrize(
    "answers",
    [
        {"OV": 7},
        {"OV": 0},
        {"OV": "4.5"},
        {"OV": True},
        {"OV": 5, "P1": -1},
        {"OV": 5, "X": 1},
        {"OV": 5, "D2": "z"},
        {"OV": 5, "D7": "ก" * 2001},
        {"OV": "٤"},
    ],
)
def test_refuses_answers_that_the_question_does_not_take(wave, government, answers):
    with pytest.raises(AnswerError):
        Door(wave).receive(submission(government, **answers))
    assert not Response.objects.exists()


def test_refuses_a_question_of_another_channel(wave, government):
    online = Submission(
        key="k",
        service=government.tax,
        channel=government.online,
        answers={"OV": 5, "S1": 5},
        source=Response.Source.WEB,
    )
    with pytest.raises(AnswerError, match="S1"):
        Door(wave).receive(online)


def test_a_closed_wave_takes_nothing(wave, government):
    door = Door(wave)
    response = door.receive(submission(government)).response
    close_wave(wave)
    with pytest.raises(NotAccepted):
        door.receive(submission(government, key="late"))
    with pytest.raises(NotAccepted):
        door.receive_many([door.check(submission(government, key="late"))])
    with pytest.raises(NotAccepted):
        amend(response, {"P1": 5}, reason="completed")


def test_many_at_once_leave_out_what_is_known(wave, government):
    door = Door(wave)
    door.receive(submission(government, key="a"))
    batch = [door.check(submission(government, key=key)) for key in ("a", "b", "b", "c")]
    assert door.receive_many(batch) == 2
    assert Response.objects.count() == 3
    assert door.receive_many([door.check(submission(government, key=k)) for k in "abc"]) == 0


def test_amending_keeps_what_was_said_before(wave, government):
    response = Door(wave).receive(submission(government)).response
    amended = amend(response, {"P1": 3}, reason="completed")
    assert amended.answers == {"OV": 5, "P1": 3}
    assert amended.revision == 2
    assert Revision.objects.get().before["answers"] == {"OV": 5}
    entry = JournalEntry.objects.latest("pk")
    assert (entry.response_ids, entry.revision) == ([response.pk], 2)
    assert amend(response, {"P1": 3}, reason="completed").revision == 2


def test_required_questions_are_missed_only_where_that_is_asked(draft, government):
    Question.objects.filter(code="P1").update(required=True)
    response = Door(open_wave(draft)).receive(submission(government)).response
    with pytest.raises(AnswerError, match="P1"):
        amend(response, {"OV": 4}, reason="completed", complete=True)
    assert amend(response, {"OV": 4}, reason="changed").answers == {"OV": 4}


def test_an_erased_answer_is_not_amended(wave, government):
    response = Door(wave).receive(submission(government)).response
    erase(response)
    with pytest.raises(NotAccepted, match="erased"):
        amend(response, {"OV": 1}, reason="corrected")
    response.refresh_from_db()
    assert (response.answers, response.overall, response.revision) == ({}, None, 2)
    assert Revision.objects.count() == 1


def test_erasing_twice_changes_nothing(wave, government):
    response = Door(wave).receive(submission(government)).response
    assert erase(erase(response)).revision == 2
    assert (Revision.objects.count(), JournalEntry.objects.count()) == (1, 2)


MORNING = datetime(2026, 11, 20, 2, 17, 5, 123456, tzinfo=UTC)
TRACES = {"device": "d" * 22, "seconds": 41, "language": "en"}


def traced(government, selection):
    return msgspec.structs.replace(
        submission(government),
        selection=selection,
        answered_at=MORNING - timedelta(days=1),
        **TRACES,
    )


def stored_traces(response):
    return {name: getattr(response, name) for name in TRACES}


def test_of_a_drawn_citizen_neither_device_nor_pace_nor_language_nor_moment_is_stored(
    wave, government
):
    with clock.at(MORNING):
        received = Door(wave).receive(traced(government, Response.Selection.DRAWN))
        response = amend(received.response, {"P1": 4}, reason="completed")
    assert stored_traces(response) == {"device": "", "seconds": None, "language": ""}
    noon = datetime(2026, 11, 20, 5, tzinfo=UTC)
    assert (response.answered_at, response.received_at) == (noon - timedelta(days=1), noon)
    assert Revision.objects.get().changed_at == noon


def test_of_an_answer_from_an_open_link_they_are(wave, government):
    with clock.at(MORNING):
        received = Door(wave).receive(traced(government, Response.Selection.OPEN))
        response = amend(received.response, {"P1": 4}, reason="completed")
    assert stored_traces(response) == TRACES
    assert response.answered_at == MORNING - timedelta(days=1)
    assert (response.received_at, Revision.objects.get().changed_at) == (MORNING, MORNING)


def test_an_answer_without_a_moment_was_given_now(wave, government):
    with clock.at(MORNING):
        response = Door(wave).receive(submission(government)).response
    assert response.answered_at == MORNING


def test_a_closed_wave_has_no_door(wave):
    with pytest.raises(NotAccepted, match="not open"):
        Door(close_wave(wave))


def test_a_wave_that_closes_while_an_answer_is_amended_refuses_it(wave, government):
    response = Door(wave).receive(submission(government)).response
    close_wave(wave)
    with pytest.raises(NotAccepted, match="has closed"):
        amend(response, {"P1": 5}, reason="completed")
    assert not Revision.objects.exists()


def test_what_another_changed_meanwhile_stays_changed(wave, government):
    first = Door(wave).receive(submission(government)).response
    second = Response.objects.get()
    amend(first, {"P1": 5}, reason="completed")
    amend(second, {"D7": "ดี"}, reason="completed")
    assert Response.objects.get().answers == {"OV": 5, "P1": 5, "D7": "ดี"}
    history = Revision.objects.order_by("number").values_list("number", "before__answers")
    assert list(history) == [(2, {"OV": 5}), (3, {"OV": 5, "P1": 5})]
    noted = JournalEntry.objects.order_by("revision").values_list("response_ids", "revision")
    assert list(noted) == [([first.pk], 1), ([first.pk], 2), ([first.pk], 3)]


def test_what_was_set_aside_meanwhile_stays_set_aside(wave, government):
    response = Door(wave).receive(submission(government)).response
    set_aside(wave, [response.pk], reason="test")
    changed = amend(response, {"OV": 1}, reason="changed")
    stored = Response.objects.get()
    assert (stored.overall, stored.disposition) == (1, Response.Disposition.SCREENED)
    assert (changed.overall, changed.disposition, changed.revision) == (1, stored.disposition, 3)


def test_amending_the_overall_rating_moves_what_is_kept_of_it(wave, government):
    response = Door(wave).receive(submission(government)).response
    amend(response, {"OV": 1}, reason="corrected")
    response.refresh_from_db()
    assert (response.answers, response.overall) == ({"OV": 1}, 1)


@pytest.fixture
def three(wave, government):
    door = Door(wave)
    return [door.receive(submission(government, key=key)).response for key in "abc"]


def dispositions(responses):
    return [Response.objects.get(pk=response.pk).disposition for response in responses]


def test_setting_aside_and_counting_again(wave, three):
    keys = [response.pk for response in three]
    assert set_aside(wave, keys[:2], reason="doubted") == 2
    assert set_aside(wave, keys, reason="doubted") == 1
    assert dispositions(three) == ["screened"] * 3
    assert count_again(wave, keys[1:], reason="looked at") == 2
    assert dispositions(three) == ["screened", "counted", "counted"]
    assert [Response.objects.get(pk=key).revision for key in keys] == [2, 3, 3]
    history = Revision.objects.order_by("number", "response_id")
    assert [(r.number, r.reason, r.before["disposition"]) for r in history] == [
        *[(2, "doubted", "counted")] * 3,
        *[(3, "looked at", "screened")] * 2,
    ]


def test_what_is_erased_is_neither_set_aside_nor_counted_again(wave, three):
    erase(three[0])
    assert set_aside(wave, [three[0].pk], reason="doubted") == 0
    assert count_again(wave, [three[0].pk], reason="looked at") == 0
    assert dispositions(three[:1]) == ["erased"]


def test_more_than_are_moved_at_once(wave, three, monkeypatch):
    keys = [response.pk for response in three]
    monkeypatch.setattr(sys.modules[set_aside.__module__], "RESPONSES_A_REVISION", 2)
    assert set_aside(wave, keys, reason="doubted") == 3
    entries = JournalEntry.objects.filter(revision=2).order_by("pk")
    assert [entry.response_ids for entry in entries] == [keys[:2], keys[2:]]


def test_a_published_wave_moves_nothing(wave, three):
    closed = close_wave(wave)
    assert set_aside(closed, [three[0].pk], reason="doubted") == 1
    publish_wave(closed, results=[])
    for move in (set_aside, count_again):
        with pytest.raises(NotAccepted, match="published"):
            move(closed, [response.pk for response in three], reason="late")
    assert dispositions(three) == ["screened", "counted", "counted"]


def test_erasing_empties_all_that_the_sender_left(wave, government, licence_counter):
    response = Door(wave).receive(traced(government, Response.Selection.OPEN)).response
    Response.objects.filter(pk=response.pk).update(entry_point=licence_counter)
    erase(response)
    response.refresh_from_db()
    assert stored_traces(response) == {"device": "", "seconds": None, "language": ""}
    assert (response.answers, response.overall, response.salt) == ({}, None, "")
    assert (response.entry_point, response.disposition) == (None, "erased")
    entry = JournalEntry.objects.latest("pk")
    assert (entry.response_ids, entry.revision) == ([response.pk], 2)


def test_what_is_erased_is_kept_until_it_is_counted_and_logged(wave, government):
    response = Door(wave).receive(submission(government)).response
    salt = response.salt
    erase(response, reason="asked")
    kept = Revision.objects.get()
    assert kept.before == {"answers": {"OV": 5}, "disposition": "counted", "salt": salt}
    assert (kept.number, kept.reason) == (2, "asked")


def test_what_screening_said_of_an_erased_answer_goes_too(wave, three):
    for response in three[:2]:
        Flag.objects.create(response=response, rule="too_fast", strength=0.9, raised_at=MORNING)
    erase(three[0])
    assert list(Flag.objects.values_list("response", flat=True)) == [three[1].pk]
