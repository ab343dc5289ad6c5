"""However many send the same thing at the same moment, by whatever way in: one response, one entry
of the journal, and every sender is told of the same one."""

import json
from collections import Counter
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from analytics.counting import tally
from responses.channels.kiosk import devices as kiosks
from responses.channels.kiosk.views import COOKIE
from responses.intake.door import Door, Submission
from responses.models import JournalEntry, Response
from responses.web import tokens
from surveys.models import EntryPoint
from tests.postgres.conftest import Elsewhere, at_once
from tests.tallied import counts_of

CLIENTS = 32


@pytest.fixture(autouse=True)
def counted_once(wave):
    yield
    noted = [pk for entry in JournalEntry.objects.filter(revision=1) for pk in entry.response_ids]
    assert sorted(noted) == sorted(Response.objects.values_list("pk", flat=True))
    tally.fold(wave)
    assert counts_of(wave) == tally.count_all(wave)


def receipt_of(location: str, entry: EntryPoint) -> str:
    token = location.rstrip("/").rpartition("/")[2]
    return tokens.answered(token, entry.slug, max_age=tokens.DETAILS_AGE).receipt


@pytest.mark.parametrize("way", ["s", "embed"])
def test_one_form_from_32_tabs(wave, licence_counter, way):
    form = {"form_token": tokens.new_form(licence_counter), "overall": "4"}
    address = f"/{way}/{licence_counter.slug}/answer/"

    def send() -> str:
        sent = Client().post(address, form)
        assert sent.status_code == 303
        return sent["Location"]

    places = at_once([send] * CLIENTS)
    stored = Response.objects.get()
    assert {receipt_of(place, licence_counter) for place in places} == {stored.receipt}
    assert (stored.overall, stored.revision) == (4, 1)


def test_one_form_with_another_answer_in_each_tab_keeps_one_of_them(wave, licence_counter):
    token = tokens.new_form(licence_counter)
    address = f"/s/{licence_counter.slug}/answer/"

    def send(overall: int) -> int:
        return Client().post(address, {"form_token": token, "overall": overall}).status_code

    assert at_once([partial(send, 1 + k % 5) for k in range(CLIENTS)]) == [303] * CLIENTS
    stored = Response.objects.get()
    assert stored.overall in range(1, 6)
    assert stored.history.count() == stored.revision - 1


def test_one_key_of_the_api_from_32_clients(wave, kiosk):
    def send() -> tuple[int, str]:
        sent = Client().post(
            "/api/v1/responses/",
            {"service": "DLT-1", "channel": "counter", "answers": {"OV": 5}},
            content_type="application/json",
            headers={**kiosk.headers, "idempotency-key": "k"},
        )
        return sent.status_code, sent.json()["receipt"]

    outcomes = at_once([send] * CLIENTS)
    assert Counter(status for status, _receipt in outcomes) == {201: 1, 200: CLIENTS - 1}
    assert {receipt for _status, receipt in outcomes} == {Response.objects.get().receipt}


def test_one_batch_from_32_clients_in_any_order(wave, kiosk):
    items = [
        {"key": f"k{k}", "service": "DLT-1", "channel": "counter", "answers": {"OV": 5}}
        for k in range(50)
    ]

    def send(number: int) -> dict[str, str]:
        order = (items[number:] + items[:number])[:: 1 if number % 2 else -1]
        sent = Client().post(
            "/api/v1/responses/batch/",
            {"responses": order},
            content_type="application/json",
            headers=kiosk.headers,
        )
        results = sent.json()["results"]
        stored[number] = [result["status"] for result in results].count("stored")
        return {item["key"]: r["receipt"] for item, r in zip(order, results, strict=True)}

    stored: dict[int, int] = {}
    first, *others = at_once([partial(send, number) for number in range(CLIENTS)])
    assert sum(stored.values()) == Response.objects.count() == 50
    assert all(other == first for other in others)


def test_one_queue_of_a_kiosk_from_32_tabs(wave, licence_counter, bob):
    device = kiosks.put_up(licence_counter, bob, pin="4711")
    queue = [
        {"key": f"{k:032x}", "wave": "W1", "answers": {"OV": 4}, "age": k, "language": "th"}
        for k in range(20)
    ]

    def hand_in(number: int) -> list[tuple[str, str, str]]:
        tab = Client()
        tab.cookies[COOKIE] = kiosks.token_of(device)
        reply = tab.post(
            f"/kiosk/{licence_counter.slug}/answers/",
            json.dumps({"answers": queue if number % 2 else queue[::-1]}),
            content_type="application/json",
            headers={"X-Kiosk": "1"},
        )
        return [(o["key"], o["outcome"], o["receipt"]) for o in reply.json()["outcomes"]]

    told = [one for tab in at_once([partial(hand_in, k) for k in range(CLIENTS)]) for one in tab]
    assert Counter(outcome for _key, outcome, _receipt in told) == {
        "stored": 20,
        "already": 20 * (CLIENTS - 1),
    }
    assert len({(key, receipt) for key, _outcome, receipt in told}) == 20
    assert Response.objects.count() == 20


def submission(government) -> Submission:
    return Submission(
        key="k",
        service=government.licence,
        channel=government.counter,
        answers={"OV": 5},
        source=Response.Source.WEB,
    )


def test_sent_again_after_a_time_out_while_the_first_is_still_under_way(wave, government):
    """The first is stored in a transaction that has not ended when its sender gives up."""
    with transaction.atomic():
        first = Door(wave).receive(submission(government))
        again = Elsewhere(lambda: Door(wave).receive(submission(government)))
        assert again.waits()
    assert (first.created, again.result().created) == (True, False)
    assert first.receipt == again.result().receipt == Response.objects.get().receipt


def test_a_connection_that_the_server_has_ended_costs_no_response(wave, government):
    door = Door(wave)
    door.receive(submission(government))
    end_this_connection()
    assert not door.receive(submission(government)).created
    assert Response.objects.count() == 1


def test_within_a_transaction_nothing_is_tried_again(wave, government):
    @transaction.atomic
    def receive() -> None:
        end_this_connection()
        Door(wave).receive(submission(government))

    with pytest.raises(OperationalError):
        receive()
    connection.close()
    assert not Response.objects.exists()


def end_this_connection() -> None:
    """As when PostgreSQL is started again."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid

    def end() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

    Elsewhere(end).result()
