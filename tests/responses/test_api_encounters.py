"""An agency's system reports encounters by the API: its own alone, each once."""

from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from surveys import clock
from surveys.models import Encounter
from surveys.sampling.design import Design
from surveys.sampling.draws import make_draw
from tests.closing import close_wave

URL = "/api/v1/encounters/"
DAY = datetime(2027, 1, 15, 10, tzinfo=ZoneInfo("Asia/Bangkok"))
TIME = "2027-01-15T09:30:00+07:00"


@pytest.fixture(autouse=True)
def january():
    with clock.at(DAY):
        yield


@pytest.fixture
def desk(kiosk) -> SimpleNamespace:
    """The collecting system of DLT, with the right to report encounters."""
    kiosk.system.reports_encounters = True
    kiosk.system.save()
    return kiosk


@pytest.fixture
def report(client, wave, desk):
    """Report these encounters, each completed with what it leaves out; gives the answer."""

    def send(*items, system=desk, wave="W1"):
        usual = {"service": "DLT-1", "channel": "counter", "time": TIME}
        body = {
            "wave": wave,
            "encounters": [{**usual, "encounter": f"e{k}", **i} for k, i in enumerate(items)],
        }
        return client.post(
            URL,
            body,
            content_type="application/json",
            headers={**system.headers, "accept-language": "en"},
        )

    return send


def statuses(sent) -> list[str]:
    return [row["status"] for row in sent.json()["results"]]


def test_good_rows_are_stored_whatever_the_bad_ones(report):
    sent = report(
        {"email": "somchai@mail.example"},
        {"email": "somchai"},
        {"service": "DOPA-1"},
        {"channel": "XX"},
        {"surprise": 1, "time": "yesterday"},
        {"service": "DLT-2"},
        {"time": "0001-01-01T00:00:00+14:00"},
        {"line": "U" + "0" * 32},
    )
    assert sent.status_code == 200
    rows = sent.json()["results"]
    assert [row["index"] for row in rows] == list(range(8))
    assert statuses(sent) == ["stored", *["rejected"] * 6, "stored"]
    assert [list(row["errors"]) for row in rows] == [
        [],
        ["email"],
        ["service"],
        ["channel"],
        ["surprise", "time"],
        ["channel"],
        ["time"],
        [],
    ]
    assert rows[2]["errors"]["service"] == "This key may not report “DOPA-1”."
    assert Encounter.objects.count() == 2


def test_a_system_may_count_its_years_in_the_buddhist_era(report):
    assert statuses(report({"time": "2570-01-15T09:30:00+07:00"})) == ["stored"]
    assert Encounter.objects.get().happened_on == DAY.date()


def test_the_same_batch_again_stores_nothing(report):
    items = [{"email": f"citizen{k}@mail.example"} for k in range(30)]
    assert statuses(report(*items)) == ["stored"] * 30
    assert statuses(report(*items)) == ["already_stored"] * 30
    assert statuses(report({"email": "other@mail.example"})) == ["rejected"]
    assert Encounter.objects.count() == 30


def test_who_was_drawn_is_not_to_be_learnt_by_sending_again(report, wave):
    items = [{"email": f"citizen{k}@mail.example"} for k in range(30)]
    report(*items)
    make_draw(wave, Design(allocation="per_cell", number=15))
    again = report(*items)
    assert statuses(again) == ["already_stored"] * 30
    assert {str(row | {"index": 0}) for row in again.json()["results"]} == {
        str({"index": 0, "status": "already_stored", "errors": {}})
    }


def test_a_key_without_the_right_reports_nothing(report, neighbour):
    sent = report({}, system=neighbour)
    assert sent.status_code == 403
    assert "may not report encounters" in sent.json()["detail"]
    assert not Encounter.objects.exists()


def test_a_neighbour_reports_for_itself_alone(report, neighbour):
    neighbour.system.reports_encounters = True
    neighbour.system.save()
    sent = report({}, {"service": "DOPA-1"}, system=neighbour)
    assert statuses(sent) == ["rejected", "stored"]
    assert Encounter.objects.get().agency.code == "DOPA"


def test_a_wave_that_takes_none_says_so(report, wave, draft):
    assert report({}, wave="XX").json()["errors"] == {"wave": "There is no wave XX."}
    close_wave(wave)
    sent = report({})
    assert (sent.status_code, sent.json()["detail"]) == (409, "Wave W1 has closed.")


def test_without_a_key_nothing_is_taken(client, wave):
    assert client.post(URL, {}, content_type="application/json").status_code == 401


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'{"wave": "W1"}', b'{"wave": "W1", "encounters": []}']
)
def test_what_is_no_batch_is_refused_in_words(client, wave, desk, body):
    sent = client.post(URL, body, content_type="application/json", headers=desk.headers)
    assert sent.status_code == 400
    assert sent.json()["detail"]


def test_rows_of_any_shape_are_refused_one_by_one(client, wave, desk):
    body = b'{"wave": "W1", "encounters": [5, "x", [[[]]], null, {}]}'
    sent = client.post(URL, body, content_type="application/json", headers=desk.headers)
    assert statuses(sent) == ["rejected"] * 5
