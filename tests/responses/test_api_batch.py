"""Many responses in one request: the good are stored, each of the bad says what is wrong."""

import pytest

from responses.models import JournalEntry, Response
from tests.closing import close_wave

URL = "/api/v1/responses/batch/"


def statuses(sent) -> list[str]:
    return [row["status"] for row in sent.json()["results"]]


def test_good_rows_are_stored_whatever_the_bad_ones(post_batch):
    sent = post_batch(
        {"answers": {"OV": 4}},
        {"answers": {"OV": 9}},
        {"service": "DOPA-1"},
        {"service": "XX"},
        {"surprise": 1, "answers": None},
        {"service": "DLT-2", "channel": "counter"},
        {"key": "two words"},
        {"service": "DLT-2", "channel": "e_service"},
    )
    assert sent.status_code == 200
    rows = sent.json()["results"]
    assert [row["index"] for row in rows] == list(range(8))
    assert statuses(sent) == ["stored", *["rejected"] * 6, "stored"]
    assert [row["errors"] for row in rows[1:4]] == [
        {"answers.OV": "A rating is a whole number from 1 to 5."},
        {"service": "This key may not send for “DOPA-1”."},
        {"service": "“XX” is not in the registry."},
    ]
    assert rows[4]["errors"] == {
        "surprise": "There is no such field.",
        "answers": "An object with the answers by the codes of their questions.",
    }
    assert rows[5]["errors"] == {"wave": "No wave is open for this service on this channel."}
    assert "key" in rows[6]["errors"]
    receipts = {row["receipt"] for row in rows} - {None}
    assert receipts == set(Response.objects.values_list("receipt", flat=True))
    (entry,) = JournalEntry.objects.all()
    assert len(entry.response_ids) == 2


def test_the_same_batch_again_stores_nothing(post_batch):
    items = [{"answers": {"OV": k % 5 + 1}} for k in range(20)]
    first, second = post_batch(*items), post_batch(*items)
    assert statuses(second) == ["already_stored"] * 20
    receipts = [[row["receipt"] for row in sent.json()["results"]] for sent in (first, second)]
    assert receipts[0] == receipts[1]
    assert Response.objects.count() == 20


def test_one_key_twice_in_a_batch_stores_one(post_batch):
    sent = post_batch({"key": "k"}, {"key": "k"}, {"key": "k", "answers": {"OV": 1}})
    assert statuses(sent) == ["stored", "already_stored", "rejected"]
    rows = sent.json()["results"]
    assert rows[0]["receipt"] == rows[1]["receipt"]
    assert set(rows[2]["errors"]) == {"key"}


def test_a_key_sent_alone_before_is_known(post, post_batch):
    receipt = post("b0").json()["receipt"]
    (row,) = post_batch({}).json()["results"]
    assert (row["status"], row["receipt"]) == ("already_stored", receipt)


def test_after_the_wave_has_closed_what_is_stored_is_told(post_batch, wave):
    post_batch({})
    close_wave(wave)
    assert statuses(post_batch({}, {})) == ["already_stored", "rejected"]


@pytest.mark.parametrize(
    "body",
    [{}, {"responses": []}, {"responses": {}}, {"responses": [{}] * 1001}, {"rows": [{}]}, []],
)
def test_a_body_of_another_shape_is_refused(client, kiosk, body):
    sent = client.post(URL, body, content_type="application/json", headers=kiosk.headers)
    assert sent.status_code == 400


def test_a_full_batch_fits(post_batch):
    sent = post_batch(*[{}] * 1000)
    assert statuses(sent) == ["stored"] * 1000


def test_a_row_that_is_no_object_is_a_bad_row(client, wave, kiosk):
    body = b'{"responses": [5, "x", [[[]]], null]}'
    sent = client.post(URL, body, content_type="application/json", headers=kiosk.headers)
    assert statuses(sent) == ["rejected"] * 4
