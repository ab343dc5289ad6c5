"""What waited on a kiosk is stored once, however often and by however many tabs it is handed in."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from responses.channels.kiosk import devices as kiosks
from responses.channels.kiosk.views import COOKIE
from responses.models import Kiosk, Response
from surveys import clock
from surveys.models import EntryPoint
from tests.closing import close_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def kiosk(wave, licence_counter, bob) -> Kiosk:
    return kiosks.put_up(licence_counter, bob, pin="4711")


@pytest.fixture
def hand_in(kiosk) -> Callable[..., list[str]]:
    """Hand in a queue from a tab of the device; gives what became of each answer."""

    def hand_in_queue(*queue, tab: Client | None = None) -> list[str]:
        reply = post(tab or device(kiosk), kiosk.entry_point, {"answers": list(queue)})
        assert reply.status_code == 200
        return [outcome["outcome"] for outcome in reply.json()["outcomes"]]

    return hand_in_queue


def device(kiosk: Kiosk) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = kiosks.token_of(kiosk)
    return client


def post(client: Client, entry: EntryPoint, body, name="answers", **how):
    body = body if isinstance(body, str) else json.dumps(body)
    how = {"content_type": "application/json", "headers": {"X-Kiosk": "1"}} | how
    return client.post(f"/kiosk/{entry.slug}/{name}/", body, **how)


def queued(n: int = 1, **changes):
    answer = {"key": f"{n:032x}", "wave": "W1", "answers": {"OV": 4}, "age": 0, "language": "th"}
    return answer | changes


def test_an_answer_is_stored_with_all_that_the_link_knows(hand_in, licence_counter):
    assert hand_in(queued(answers={"OV": 5, "P1": 4, "S1": 0})) == ["stored"]
    stored = Response.objects.get()
    assert stored.answers == {"OV": 5, "P1": 4, "S1": 0}
    assert (stored.source, stored.language, stored.overall) == ("kiosk", "th", 5)
    assert stored.entry_point == licence_counter
    assert stored.service_point == licence_counter.service_point


def test_the_same_queue_again_stores_nothing_more(hand_in):
    queue = [queued(n) for n in range(5)]
    assert hand_in(*queue) == ["stored"] * 5
    assert hand_in(*queue) == ["already"] * 5
    assert Response.objects.count() == 5


def test_two_tabs_with_one_queue_store_it_once(hand_in, kiosk):
    first, second = device(kiosk), device(kiosk)
    assert hand_in(queued(1), queued(2), tab=first) == ["stored", "stored"]
    assert hand_in(queued(2), queued(3), tab=second) == ["already", "stored"]
    assert hand_in(queued(3), queued(3), tab=first) == ["already", "already"]
    assert Response.objects.count() == 3


def test_a_receipt_comes_with_a_repeat_too(kiosk):
    replies = [
        post(device(kiosk), kiosk.entry_point, {"answers": [queued()]}).json() for _ in range(2)
    ]
    receipts = {reply["outcomes"][0]["receipt"] for reply in replies}
    assert receipts == {Response.objects.get().receipt}


def test_a_key_belongs_to_its_link(hand_in, wave, government, bob):
    hand_in(queued())
    other = EntryPoint.objects.create(service=government.licence, channel=government.online)
    again = post(device(kiosks.put_up(other, bob, pin="4711")), other, {"answers": [queued()]})
    assert again.json()["outcomes"][0]["outcome"] == "stored"
    assert Response.objects.count() == 2


def test_it_counts_when_it_was_answered_not_when_it_was_sent(hand_in, wave):
    with clock.at(clock.now() + timedelta(hours=3)):
        hand_in(queued(age=7200))
        waited = clock.now() - Response.objects.get().answered_at
    assert timedelta(0) <= waited - timedelta(hours=2) < timedelta(minutes=1)


@pytest.mark.parametrize("age", [-5, 1e30, 0.5])
def test_a_wrong_clock_loses_nothing(hand_in, wave, age):
    assert hand_in(queued(age=age)) == ["stored"]
    assert wave.opened_at <= Response.objects.get().answered_at <= clock.now()


def test_a_closed_wave_is_said_and_nothing_stored(hand_in, wave):
    close_wave(wave)
    assert hand_in(queued()) == ["closed"]
    assert not Response.objects.exists()


def test_a_link_switched_off_takes_nothing(hand_in, licence_counter):
    licence_counter.active = False
    licence_counter.save()
    assert hand_in(queued()) == ["closed"]


def test_one_bad_answer_does_not_hold_up_the_others(hand_in):
    bad = [
        "text",
        None,
        queued(key="short"),
        queued(key=7),
        queued(2, answers={"OV": 9}),
        queued(3, answers={}),
        queued(4, answers={"OV": 5, "D7": "words"}),
        queued(5, answers={"OV": True}),
        queued(6, answers={"OV": 5, "XX": 5}),
        queued(7, age="soon"),
        queued(8, age=float("nan")),
        queued(9, wave=None),
    ]
    assert hand_in(*bad, queued(10)) == ["refused"] * len(bad) + ["stored"]
    assert hand_in(queued(11, wave="W\0"), queued(12, wave="W9")) == ["closed"] * 2


def test_what_is_no_queue_is_refused(kiosk):
    entry = kiosk.entry_point
    for body in ("", "[]", "{", "[" * 90_000, '{"answers": 1}', '{"answers": ' + "1" * 5000 + "}"):
        assert post(device(kiosk), entry, body).status_code == 400
    assert post(device(kiosk), entry, {"answers": [queued()] * 51}).status_code == 400


def test_other_sites_and_forms_cannot_send(kiosk):
    body = {"answers": [queued()]}
    assert post(device(kiosk), kiosk.entry_point, body, headers={}).status_code == 400
    plain = post(device(kiosk), kiosk.entry_point, body, content_type="text/plain")
    assert plain.status_code == 400
    assert not Response.objects.exists()


def test_only_a_device_that_is_up_may_send(kiosk, government):
    body = {"answers": [queued()]}
    assert post(Client(), kiosk.entry_point, body).status_code == 403
    forged = Client()
    forged.cookies[COOKIE] = kiosks.token_of(kiosk)[:-1] + "x"
    assert post(forged, kiosk.entry_point, body).status_code == 403
    other = EntryPoint.objects.create(service=government.id_card, channel=government.counter)
    assert post(device(kiosk), other, body).status_code == 403
    kiosks.take_down(kiosk, "4711")
    assert post(device(kiosk), kiosk.entry_point, body).status_code == 403
    assert not Response.objects.exists()
