"""The one door: what it stores, what it refuses, and that it stores once."""

import pytest

from responses.answers import AnswerError
from responses.intake import Door, NotAccepted, Submission, amend
from responses.models import JournalEntry, Response, Revision
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
    assert amend(response, {"P1": 3}, reason="completed").revision == 2
