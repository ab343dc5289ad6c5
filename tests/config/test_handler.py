"""What passes by Django is stored, counted and answered as by Django."""

import json
from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from config.handler import SENDERS_LIMIT, Handler
from responses.models import JournalEntry, Response

URL = "/api/v1/responses/"
OWN = {"Content-Length", "X-Request-Id"}
pytestmark = pytest.mark.django_db(transaction=True)  # it looks after connections


@pytest.fixture
def send(wave, kiosk):
    """Sends by one web server; `past` are the requests that Django did not see."""
    handler = Handler()
    past = []
    receive = handler.receive

    def receiving(request):
        answer = receive(request)
        past.append(request)
        return answer

    handler.receive = receiving

    def send(key: str, answers: object, address: str = URL, **headers: str) -> SimpleNamespace:
        item = {"service": "DLT-1", "channel": "counter", "answers": answers}
        request = RequestFactory().post(
            address,
            json.dumps(item),
            content_type="application/json",
            headers={**kiosk.headers, "idempotency-key": key, **headers},
        )
        told = []
        answer = handler(request.environ, lambda *said: told.extend(said))
        body = b"".join(answer)
        return SimpleNamespace(status=told[0], headers=dict(told[1]), body=json.loads(body))

    send.past = past
    send.handler = handler
    return send


def test_after_the_first_they_pass_by_with_the_same_headers(send):
    first, second = send("a", {"OV": 4}), send("b", {"OV": 5})
    assert len(send.past) == 1
    assert first.status == second.status == "201 Created"
    assert second.body == {
        "status": "stored",
        "receipt": Response.objects.get(overall=5).receipt,
    }
    assert set(second.headers) == set(first.headers) >= {"Content-Security-Policy", *OWN}
    assert {name: first.headers[name] for name in first.headers if name not in OWN} == {
        name: second.headers[name] for name in second.headers if name not in OWN
    }
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert second.headers["Content-Length"] == str(len(json.dumps(second.body, separators=",:")))
    assert JournalEntry.objects.count() == 2


def test_sent_again_it_is_stored_once(send):
    first, again, once_more = (send("a", {"OV": 4}) for _time in range(3))
    assert again.status == once_more.status == "200 OK"
    assert again.body == {"status": "already_stored", "receipt": first.body["receipt"]}
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"answers": {"OV": 9}}, "400 Bad Request"),
        ({"answers": [], "accept-language": "th"}, "400 Bad Request"),
        ({"answers": {"OV": 5}, "authorization": "Bearer no"}, "401 Unauthorized"),
        ({"answers": {"OV": 5}, "content-encoding": "gzip"}, "415 Unsupported Media Type"),
        ({"answers": {"OV": 5}, "idempotency-key": ""}, "400 Bad Request"),
        ({"answers": {"OV": 5, "D7": "ก" * 70_000}}, "413 Request Entity Too Large"),
    ],
)
def test_what_is_refused_is_refused_in_the_same_words(send, sent, status):
    before = send("a", **sent)
    send("b", {"OV": 4})
    after = send("a", **sent)
    assert send.handler.alike
    assert before.status == after.status == status
    assert before.body == after.body
    assert {*before.headers} == {*after.headers}
    assert Response.objects.count() == 1


def test_another_host_name_is_refused(send):
    send("a", {"OV": 4})
    with pytest.raises(ValueError, match="Expecting value"):  # a page, not JSON
        send("b", {"OV": 4}, host="evil.example")
    assert not send.past
    assert Response.objects.count() == 1


def test_the_first_of_another_scheme_is_answered_by_django(send, settings):
    send("a", {"OV": 4})
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    secure = send("b", {"OV": 4}, **{"x-forwarded-proto": "https"})
    assert secure.status == "201 Created"
    assert not send.past


def test_each_request_counts_once_for_its_key(send, settings):
    settings.API_REQUESTS_PER_MINUTE = 4
    told = [send(str(k), {"OV": 9 if k == 1 else 4}).status[:3] for k in range(6)]
    assert told == ["201", "400", "201", "201", "429", "429"]


def test_ways_of_asking_do_not_fill_the_memory(send, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for k in range(SENDERS_LIMIT + 5):
        send(str(k), {"OV": 4}, host=f"h{k}.example")
    assert len(send.handler.alike) <= SENDERS_LIMIT
