"""The API shows what the pages show, to the same people."""

import pytest

from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from tests.closing import close_wave

SCORES = "/api/v1/waves/W1/scores/"


@pytest.fixture
def scored(wave, answered):
    compute_scores(wave)
    return wave


def agencies(response) -> set[str | None]:
    return {score["agency"] for score in response.json()["results"]}


def test_an_agency_gets_its_own_scores_alone(scored, client, bob, charlie):
    client.force_login(bob)
    assert agencies(client.get(SCORES)) == {"DLT"}
    assert agencies(client.get(SCORES, {"agency": "DOPA"})) == set()
    client.force_login(charlie)
    assert agencies(client.get(SCORES)) == {"DOPA"}


def test_strangers_learn_of_published_waves_only(scored, client):
    assert client.get(SCORES).status_code == 404
    assert client.get("/api/v1/waves/").json()["results"] == []
    publish(close_wave(scored))
    assert client.get("/api/v1/waves/").json()["results"][0]["code"] == "W1"
    assert None in agencies(client.get(SCORES))


def test_filters(scored, client, alice):
    client.force_login(alice)
    close_wave(scored)
    (nation,) = client.get(
        SCORES, {"level": "nation", "measure": "top_two_box", "question": "OV"}
    ).json()["results"]
    assert nation["n"] == 50
    assert 0 < nation["low"] < nation["estimate"] < nation["high"] <= 1


def test_lists_are_paged(scored, client, alice):
    client.force_login(alice)
    page = client.get(SCORES, {"limit": 5}).json()
    assert len(page["results"]) == 5
    assert page["count"] > 5
    assert "offset=5" in page["next"]


def test_the_description_of_the_api_is_complete(client, db, recwarn):
    description = client.get("/api/v1/schema/?format=json").json()
    assert {"/api/v1/waves/", "/api/v1/waves/{wave}/scores/"} <= set(description["paths"])
    fields = description["components"]["schemas"]["Score"]["properties"]
    assert {"estimate", "low", "high", "verdict"} <= set(fields)


@pytest.mark.parametrize("wave_code", ["W1' OR 1=1 --", "%00", "\0", "../../etc"])
def test_strange_codes_find_nothing(client, db, wave_code):
    assert client.get(f"/api/v1/waves/{wave_code}/scores/").status_code in (400, 404)
    assert client.get("/en/waves/", {"page": wave_code}).status_code in (200, 302, 400)
