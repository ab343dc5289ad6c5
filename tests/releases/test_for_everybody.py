"""What is published is read from anywhere and kept by caches; nothing else is."""

import csv
import re
import xml.etree.ElementTree as ET
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.cache import cache

from analytics.models import Score
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from surveys.models import Agency
from tests.closing import close_wave

SCORES = "/api/v1/waves/W1/scores/"
TABLE = "/en/waves/W1/data/scores.csv"
BADGE = "/en/agency/DLT/badge.svg"


@pytest.fixture
def published(wave, answered):
    return publish(close_wave(wave))


@pytest.mark.parametrize("address", [SCORES, TABLE, "/en/waves/W1/release.zip"])
def test_published_figures_may_be_kept_and_asked_for_from_anywhere(client, published, address):
    first = client.get(address)
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "public" in first["Cache-Control"]
    assert first["Last-Modified"]
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, b"".join(again)) == (304, b"")


PAGES = [f"/en/waves/W1/{name}" for name in ("", "quality/", "compare/", "paper/", "paper/DLT/")]


@pytest.mark.parametrize("address", [*PAGES, "/en/waves/feed.xml"])
def test_pages_of_a_published_wave_are_kept_and_asked_for_by_their_content(
    client, published, address
):
    first = client.get(address)
    assert set(first["Cache-Control"].split(", ")) == {"public", "max-age=600"}
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    if address in PAGES:
        assert "Last-Modified" not in first
        Agency.objects.filter(code="DLT").update(name_en="Renamed")
        Agency.objects.filter(code="DLT").update(name_th="เปลี่ยนชื่อ")
        cache.clear()  # as after an hour
        changed = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert changed.status_code == (304 if address.endswith("quality/") else 200)


@pytest.mark.parametrize("address", PAGES)
def test_no_page_is_kept_of_a_wave_that_runs_or_for_whoever_has_a_session(
    client, wave, answered, alice, address
):
    compute_scores(wave)
    client.force_login(alice)
    assert "public" not in client.get(address).get("Cache-Control", "")
    publish(close_wave(wave))
    assert "public" not in client.get(address).get("Cache-Control", "")
    client.logout()
    client.cookies["messages"] = "signed out"
    assert "public" not in client.get(address).get("Cache-Control", "")
    client.cookies.clear()
    assert "public" in client.get(address)["Cache-Control"]


def test_nothing_of_an_unpublished_wave_is_kept(client, wave, answered):
    compute_scores(wave)
    assert client.get(TABLE).status_code == 404
    assert "public" not in client.get(SCORES).get("Cache-Control", "")


def test_what_somebody_sees_by_their_account_is_no_one_elses(client, published, admin_user, alice):
    client.get(SCORES)
    for person in (admin_user, alice):
        client.force_login(person)
        answer = client.get(SCORES)
        assert "Access-Control-Allow-Origin" not in answer
        assert "public" not in answer.get("Cache-Control", "")


def test_the_table_at_its_own_address_is_that_of_the_release(client, published):
    packed = ZipFile(BytesIO(b"".join(client.get("/en/waves/W1/release.zip").streaming_content)))
    table = client.get(TABLE)
    assert table.content == packed.read("data/scores.csv")
    rows = list(csv.DictReader(StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == Score.objects.count()
    assert client.get("/en/waves/W1/data/secrets.csv").status_code == 404


def test_the_feed_names_what_is_published_and_nothing_else(client, settings, wave, answered):
    settings.PUBLIC_URL = "https://survey.example"
    entry = "{http://www.w3.org/2005/Atom}entry"
    assert ET.fromstring(client.get("/th/waves/feed.xml").content).findall(entry) == []
    publish(close_wave(wave))
    (found,) = ET.fromstring(client.get("/th/waves/feed.xml").content).findall(entry)
    assert found.findtext("{http://www.w3.org/2005/Atom}title") == "รอบที่ 1"
    links = re.findall(r'href="([^"]+)"', client.get("/th/waves/feed.xml").content.decode())
    assert links
    assert all(link.startswith("https://survey.example/th/") for link in links)


def test_the_badge_shows_number_interval_and_verdict_of_a_published_survey_alone(
    client, wave, answered, alice
):
    compute_scores(wave)
    assert client.get(BADGE).status_code == 404
    client.force_login(alice)
    assert client.get(BADGE).status_code == 404  # the same for everybody
    publish(close_wave(wave))
    score = Score.objects.get(
        level="agency", agency__code="DLT", measure="top_two_box", question="OV"
    )
    answer = client.get(BADGE)
    assert answer["Content-Type"] == "image/svg+xml"
    drawn = answer.content.decode()
    ET.fromstring(drawn)
    assert f"{100 * score.estimate:.1f}" in drawn
    assert "<script" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    Score.objects.filter(pk=score.pk).update(withheld=True)
    hidden = client.get(BADGE).content.decode()
    assert f"{100 * score.estimate:.1f}" not in hidden
    assert "suppressed" in hidden
    assert client.get("/en/agency/NONE/badge.svg").status_code == 404


def test_no_name_in_a_release_is_a_formula(client, wave, answered):
    Agency.objects.filter(code="DLT").update(name_en='=HYPERLINK("//elsewhere.example")')
    publish(close_wave(wave))
    answer = client.get("/en/waves/W1/data/agencies.csv").content.decode()
    names = {row["agency"]: row["name_en"] for row in csv.DictReader(StringIO(answer))}
    assert names["DLT"] == '\'=HYPERLINK("//elsewhere.example")'
