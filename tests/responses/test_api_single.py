"""One response by the API: stored with a receipt, or refused with the field at fault."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from responses.models import JournalEntry, Response
from surveys import clock

URL = "/api/v1/responses/"


def test_stores_and_gives_a_receipt(post, wave, government, kiosk):
    with clock.at(datetime(2026, 11, 1, 3, tzinfo=UTC)):
        sent = post(
            OV=4,
            P1="5",
            S1=0,
            D2="f",
            D7=" ดีมาก ",
            item={
                "service_point": "chatuchak",
                "answered_at": "2026-11-01T09:30:00+07:00",
                "language": "th",
            },
        )
    response = Response.objects.get()
    assert sent.status_code == 201
    assert sent.json() == {"status": "stored", "receipt": response.receipt}
    assert response.answers == {"OV": 4, "P1": 5, "S1": 0, "D2": "f", "D7": "ดีมาก"}
    assert (response.overall, response.source, response.language) == (4, "api", "th")
    assert (response.service, response.service_point) == (government.licence, government.chatuchak)
    assert response.answered_at == datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
    assert JournalEntry.objects.get().response_ids == [response.pk]


@pytest.mark.parametrize(
    "text",
    ["2569-11-01T09:30:00+07:00", "๒๕๖๙-๑๑-๐๑T๐๙:๓๐:๐๐+๐๗:๐๐", "1 พ.ย. 2569 09.30 น. GMT+7"],
)
def test_a_device_may_count_its_years_in_the_buddhist_era(post, wave, text):
    assert post(OV=4, item={"answered_at": text}).status_code == 201
    assert Response.objects.get().answered_at == datetime(2026, 11, 1, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("item", "field", "says"),
    [
        ({"servise": "DLT-1", "x": 1}, "servise", "There is no such field."),
        ({"servise": "DLT-1", "x": 1}, "x", "There is no such field."),
        ({"service": "XX-1"}, "service", "“XX-1” is not in the registry."),
        ({"service": "a\x00b"}, "service", "The code of a service."),
        ({"channel": "fax"}, "channel", "“fax” is not in the registry."),
        ({"channel": None}, "channel", "The code of a channel."),
        ({"service_point": "nowhere"}, "service_point", "“nowhere” is not in the registry."),
        ({"answers": {}}, "answers", "Nothing is answered."),
        ({"answers": {"OV": ""}}, "answers", "Nothing is answered."),
        ({"answers": []}, "answers", "An object with the answers"),
        ({"answers": {"OV": 6}}, "answers.OV", "A rating is a whole number from 1 to 5."),
        ({"answers": {"OV": [5]}}, "answers.OV", "A rating is a whole number from 1 to 5."),
        ({"answers": {"OV": 5, "Q": 1}}, "answers.Q", "This questionnaire does not ask it"),
        ({"answers": {"OV": 5, "D7": {}}}, "answers.D7", "The answer is a text."),
        ({"language": "thai"}, "language", "A language by its two letters"),
        ({"answered_at": "2572-02-29T00:00:00+07:00"}, "answered_at", "A time with its offset"),
        ({"answered_at": "yesterday"}, "answered_at", "A time with its offset"),
        ({"answered_at": "2026-11-01T09:30:00"}, "answered_at", "A time with its offset"),
        ({"answered_at": "2019-12-31T23:59:00+07:00"}, "answered_at", "outside wave W1"),
        ({"answered_at": "0001-01-01T00:00:00+14:00"}, "answered_at", "outside wave W1"),
        ({"answered_at": "9999-12-31T23:59:59-12:00"}, "answered_at", "lies in the future"),
    ],
)
def test_what_is_not_valid_is_named_by_its_field(post, item, field, says):
    sent = post(item=item)
    problem = sent.json()
    assert (sent.status_code, sent.headers["Content-Type"]) == (400, "application/problem+json")
    assert problem["type"] == "urn:citizen-satisfaction:problem:invalid"
    assert says in problem["errors"][field]
    assert not Response.objects.exists()


def test_a_field_left_out_is_named(client, wave, kiosk):
    headers = {**kiosk.headers, "idempotency-key": "k", "accept-language": "en"}
    sent = client.post(URL, {}, content_type="application/json", headers=headers)
    assert set(sent.json()["errors"]) == {"service", "channel", "answers"}


@pytest.mark.parametrize("key", ["", "two words", "ก", "x" * 201, '"'])
def test_the_key_must_be_there_and_plain(post, key):
    if key == '"':
        assert post(key).status_code == 201
        return
    sent = post(key)
    assert sent.status_code == 400
    assert "Idempotency-Key" in sent.json()["errors"]


@pytest.mark.parametrize("body", [" ", "{", "[]", "[" * 60_000, '"\\ud800"', "NaN", "\x80"])
def test_a_body_that_is_no_json_object_is_refused(client, kiosk, body):
    headers = {**kiosk.headers, "idempotency-key": "k"}
    sent = client.generic("POST", URL, body, content_type="application/json", headers=headers)
    assert sent.status_code == 400
    assert sent.json()["detail"]


def test_a_time_may_run_ahead_by_a_little(post):
    ahead = clock.now() + timedelta(minutes=4)
    assert post(item={"answered_at": ahead.isoformat()}).status_code == 201


@pytest.mark.parametrize(
    ("headers", "content_type", "status"),
    [
        ({}, "text/plain", 415),
        ({}, "application/x-www-form-urlencoded", 415),
        ({}, "application/json; charset=tis-620", 415),
        ({"content-encoding": "gzip"}, "application/json", 415),
        ({}, "application/json; charset=utf-8", 201),
    ],
)
def test_json_alone_and_never_compressed(client, wave, kiosk, headers, content_type, status):
    body = json.dumps({"service": "DLT-1", "channel": "counter", "answers": {"OV": 5}})
    headers = {**kiosk.headers, "idempotency-key": "k", **headers}
    sent = client.generic("POST", URL, body, content_type=content_type, headers=headers)
    assert sent.status_code == status


def test_a_body_too_large_is_not_even_read(client, kiosk):
    headers = {**kiosk.headers, "idempotency-key": "k"}
    body = b" " * (64 * 1024 + 1)
    sent = client.generic("POST", URL, body, content_type="application/json", headers=headers)
    assert sent.status_code == 413


def test_problems_are_told_in_thai_unless_english_is_asked_for(post):
    assert post(OV=9).json()["errors"]["answers.OV"].isascii()
    assert not post(OV=9, language="th").json()["errors"]["answers.OV"].isascii()


def test_a_named_wave_takes_what_was_answered_in_it(post, draft, wave):
    assert post(item={"wave": "W1"}).status_code == 201
    sent = post("k2", item={"wave": "W2"})
    assert (sent.status_code, sent.json()["type"][-8:]) == (409, "not-open")


def test_stored_or_refused_the_answer_says_what_the_address_takes(post):
    stored, refused = post("k1"), post("k2", item={"service": "NONE"})
    assert (stored.status_code, refused.status_code) == (201, 400)
    assert stored.headers["Allow"] == refused.headers["Allow"] == "POST, OPTIONS"
