"""A key names one response: sent again it gives the same receipt, with other content a refusal."""

from datetime import timedelta

import pytest

from responses.intake.door import amend
from responses.models import JournalEntry, Response
from surveys import clock
from surveys.models import Wave
from surveys.versions import new_version
from surveys.waves import open_wave
from tests.closing import close_wave


def test_the_same_again_gives_the_same_receipt(post):
    first, second = post(OV=4, D7="ดี"), post(OV="4", D7=" ดี ")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["receipt"] == second.json()["receipt"]
    assert second.json()["status"] == "already_stored"
    assert (Response.objects.count(), JournalEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "item",
    [
        {"answers": {"OV": 4}},
        {"answers": {"OV": 5, "P1": 5}},
        {"service": "DLT-2", "channel": "e_service"},
        {"channel": "e_service"},
        {"service_point": "chatuchak"},
        {"language": "th"},
        {"answered_at": "2026-11-01T09:30:00+07:00"},
    ],
)
def test_other_content_under_the_same_key_is_refused(post, item):
    assert post().status_code == 201
    sent = post(item=item)
    assert sent.status_code == 409
    assert sent.json()["type"] == "urn:citizen-satisfaction:problem:key-used"
    assert sent.json()["detail"] == "This key has been used for a response with other content."
    assert Response.objects.get().answers == {"OV": 5}


def test_with_and_without_quotes_it_is_the_same_key(post):
    assert post("k").json()["receipt"] == post('"k"').json()["receipt"]


def test_two_systems_neither_meet_nor_probe_each_other(post, neighbour):
    assert post("k").status_code == 201
    assert post("k", system=neighbour, item={"service": "DOPA-1"}).status_code == 201
    assert Response.objects.count() == 2


def test_sent_again_after_the_wave_has_closed_it_is_still_stored(post, wave):
    first = post("k")
    close_wave(wave)
    assert post("k").json()["receipt"] == first.json()["receipt"]
    assert post("k", OV=1).status_code == 409
    late = post("late")
    assert (late.status_code, late.json()["type"][-8:]) == (409, "not-open")


def test_sent_again_in_the_next_wave_it_is_not_stored_twice(post, post_batch, wave):
    first, ends_on = post("b0"), wave.ends_on
    close_wave(wave)
    following = Wave.objects.get(pk=wave.pk)
    following.pk, following.code, following.state = None, "W2", Wave.State.DRAFT
    following.ends_on = ends_on
    following.save()
    open_wave(following)
    assert post("b0").json()["receipt"] == first.json()["receipt"]
    (row,) = post_batch({}).json()["results"]
    assert (row["status"], row["receipt"]) == ("already_stored", first.json()["receipt"])
    assert Response.objects.count() == 1
    assert post("new").status_code == 201


def test_sent_again_when_the_next_wave_asks_otherwise_it_is_still_stored(
    post, post_batch, wave, questionnaire
):
    """The reply was lost at midnight; the next wave has begun and no longer asks one question."""
    sent = {"answered_at": "2026-11-20T09:30:00+07:00"}
    first = post("b0", item=sent, OV=4, P1=5)
    Wave.objects.filter(pk=wave.pk).update(ends_on=clock.today())
    following, asked = Wave.objects.get(pk=wave.pk), new_version(questionnaire)
    asked.questions.get(code="P1").delete()
    with clock.at(clock.now() + timedelta(days=60)):
        following.pk, following.code, following.state = None, "W2", Wave.State.DRAFT
        following.starts_on = clock.today()
        following.ends_on = clock.today() + timedelta(days=30)
        following.questionnaire = asked
        following.save()
        open_wave(following)
        again = post("b0", item=sent, OV=4, P1=5)
        assert (again.status_code, again.json()["receipt"]) == (200, first.json()["receipt"])
        item = sent | {"answers": {"OV": 4, "P1": 5}}
        (row,) = post_batch(item).json()["results"]
        assert (row["status"], row["receipt"]) == ("already_stored", first.json()["receipt"])
        assert post("b0", item=sent, OV=1, P1=5).json()["errors"].keys() == {"answered_at"}
        (row,) = post_batch(item | {"answers": {"P1": 5}}).json()["results"]
        assert (row["status"], row["errors"].keys()) == ("rejected", {"answered_at"})
    assert Response.objects.count() == 1


def test_what_was_completed_since_counts_as_sent(post):
    first = post(OV=4)
    amend(Response.objects.get(), {"P1": 3}, reason="completed")
    assert post(OV=4).json()["receipt"] == first.json()["receipt"]


def test_a_time_that_was_not_sent_is_not_compared(post, wave):
    post(item={"answered_at": (wave.opened_at - timedelta(hours=1)).isoformat()})
    assert post().status_code == 200
