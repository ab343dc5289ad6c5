"""A figure of citizens who signed in says so wherever it stands: page, API, paper and release."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from analytics.reporting.report import write_report
from analytics.scoring.publication import publish
from responses.models import Response
from surveys.models import Wave
from tests.closing import close_wave

VERIFIED = Response.Selection.VERIFIED


@pytest.fixture
def offered(draft):
    Wave.objects.update(method=draft.method | {"tokens": "offered"})


@pytest.fixture
def published(offered, government, send):
    for k in range(60):
        send(government.licence, government.counter, 5 if k % 3 else 2, selection=VERIFIED)
    return publish(close_wave(Wave.objects.get()))


def test_on_the_page_in_both_languages(published, client):
    page = client.get("/en/waves/W1/").content.decode()
    assert "Of those who signed in and answered, once each, 66.7" in page
    assert "Citizens who signed in, one answer each" in page
    assert "ประชาชนที่ยืนยันตัวตน" in client.get("/th/waves/W1/").content.decode()


def test_in_the_api(published, client):
    rows = client.get("/api/v1/waves/W1/scores/?level=nation").json()["results"]
    assert rows
    assert {(row["evidence"], row["official"]) for row in rows} == {("VERIFIED", False)}


def test_in_the_paper(published, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "analytics.reporting.report.render_pdf", lambda html, **_how: seen.append(html) or b""
    )
    write_report(published, None, "en")
    assert "Of those who signed in and answered, once each, 66.7" in seen[0]


def test_in_the_release(published, client):
    packed = ZipFile(BytesIO(b"".join(client.get("/en/waves/W1/release.zip").streaming_content)))
    rows = csv.DictReader(StringIO(packed.read("data/scores.csv").decode("utf-8-sig")))
    shown = [row for row in rows if row["suppressed"].lower() == "false"]
    assert {row["evidence"] for row in shown} == {"VERIFIED"}
