"""A program can tell what is suppressed from what nobody answered, and reads no number of it."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random

import pytest

from analytics.dashboards.waiting import Followed
from analytics.models import Score
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from surveys import clock
from surveys.models import Service
from tests.closing import close_wave

SCORES = "/api/v1/waves/W1/scores/"
NAMES = ("level", "agency", "service", "channel", "question", "measure")
TOLD = {*NAMES, "suppressed", "confidence_level", "edition"}
YEAR = {"starts_on": date(2026, 10, 1), "ends_on": date(2027, 9, 30)}
FIRST_DAY = datetime(2026, 11, 2, 2, tzinfo=UTC)


def rows(client, address=SCORES) -> list[dict]:
    found: list[dict] = []
    page = client.get(address, {"limit": 7}).json()
    while True:
        found += page["results"]
        if not page["next"]:
            assert len(found) == page["count"]
            return found
        page = client.get(page["next"]).json()


def numbers(row: dict) -> dict:
    return {name: value for name, value in row.items() if name not in TOLD and value is not None}


@pytest.mark.parametrize("seed", range(4))
def test_rows_are_the_domains_in_which_anybody_answered(
    client, bob, alice, wave, government, send, seed
):
    """Whatever the counts: a cell has a row exactly where it has an answer, and a suppressed one
    has nothing in it but its name."""
    random = Random(seed)
    extra = Service.objects.create(agency=government.dlt, code="DLT-3", name_th="อื่น ๆ")
    wave.frame.cells.all().delete()
    cells = list(
        product(
            (government.licence, government.tax, extra), (government.counter, government.online)
        )
    )
    for service, channel in cells:
        wave.frame.cells.create(service=service, channel=channel, encounters=500, **YEAR)
    sizes = {cell: random.choice((0, 1, 4, 9, 10, 25)) for cell in cells}
    sizes[cells[0]], sizes[cells[1]], sizes[cells[2]] = 0, 3, 25
    for (service, channel), size in sizes.items():
        for _k in range(size):
            send(service, channel, random.choice((2, 4, 5, 5, 5)))
    compute_scores(wave)
    publish(close_wave(wave))
    for person in (None, bob, alice):
        if person:
            client.force_login(person)
        listed = rows(client)
        found = {
            (row["service"], row["channel"]): row
            for row in listed
            if row["level"] == "service_channel" and row["measure"] == "top_two_box"
        }
        answered = {(s.code, c.code): size for (s, c), size in sizes.items() if size}
        assert found.keys() == answered.keys(), f"seed {seed}"
        for cell, row in found.items():
            if person is alice:
                assert (row["suppressed"], row["n"]) == (False, answered[cell])
            else:
                assert row["suppressed"] or row["n"] == answered[cell] >= 10, f"seed {seed}"
                assert not (row["suppressed"] and numbers(row)), f"seed {seed}"
        assert any(row["suppressed"] for row in listed) == (person is not alice)


def test_the_first_answers_of_a_running_wave_are_suppressed_and_not_missing(
    client, bob, charlie, alice, wave, government, send
):
    with clock.at(FIRST_DAY):
        for _k in range(12):
            send(government.tax, government.online, 5)
        send(government.licence, government.online, 1)
        compute_scores(wave)
        assert not Score.objects.filter(service=government.licence).exists()
        client.force_login(bob)
        listed = rows(client)
        waiting = [row for row in listed if row["service"] == "DLT-1"]
        assert {row["level"] for row in waiting} == {"service", "service_channel"}
        assert all(row["suppressed"] and not numbers(row) for row in waiting)
        agency = [row for row in listed if row["level"] == "agency" and row["question"] == "OV"]
        assert [row["n"] for row in agency] == [12, 12]
        only = client.get(SCORES, {"level": "service", "measure": "top_two_box"}).json()["results"]
        assert {row["service"]: row["suppressed"] for row in only} == {
            "DLT-1": True,
            "DLT-2": False,
        }
        client.force_login(charlie)
        assert rows(client) == []
        client.force_login(alice)
        mine = [row for row in rows(client) if row["service"] == "DLT-1"]
        assert len(mine) == 4
        assert all(row["suppressed"] for row in mine)
        for _k in range(9):
            send(government.licence, government.online, 4)
    with clock.at(FIRST_DAY + timedelta(days=1)):
        compute_scores(wave)
        shown = [row for row in rows(client) if row["service"] == "DLT-1"]
        assert {row["suppressed"] for row in shown} == {False}
        assert len(shown) == 4


def test_a_page_of_two_lists_is_a_page_of_one():
    class Stored(list):
        def count(self):
            return len(self)

    both = Followed(Stored(range(10)), list(range(10, 15)))
    whole = list(range(15))
    assert len(both) == 15
    for start, size in product(range(18), range(1, 8)):
        assert both[start : start + size] == whole[start : start + size]


def test_an_agency_asks_for_a_neighbour_in_vain(client, bob, wave, government, send):
    with clock.at(FIRST_DAY):
        send(government.id_card, government.counter, 5)
        compute_scores(wave)
        client.force_login(bob)
        assert client.get(SCORES, {"agency": "DOPA"}).json()["results"] == []
