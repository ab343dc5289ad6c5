"""Under every chart stands what it shows, as files; and nothing that it does not show."""

import csv
import io
import json
import re
from html import unescape
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from analytics.dashboards.shown import figure_of
from analytics.models import Score
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from tests.closing import close_wave

pytestmark = pytest.mark.django_db

PAGES = [
    "/en/waves/W1/",
    "/en/waves/W1/compare/",
    "/en/agency/DLT/?wave=W1",
    "/en/agency/MOT/?wave=W1",
    "/en/agency/DLT/services/?wave=W1",
    "/en/agency/DLT/services/?wave=W1&view=matrix",
    "/en/agency/DLT/first/?wave=W1",
    "/en/agency/DLT/reached/?wave=W1",
]
SUPPRESSED = "suppressed, to protect those who answered"


@pytest.fixture
def published(wave, answered, government, send):
    for k in range(3):
        send(government.tax, government.online, 5 if k else 1)
    compute_scores(wave)
    return publish(close_wave(wave))


def links_of(html: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'<a href="(\?[^"]*figure=[^"]*)"', html)]


def text(answer) -> str:
    return answer.content.decode()


def test_every_figure_of_every_page_can_be_taken_away(client, published):
    kinds = set()
    for page in PAGES:
        html = text(client.get(page))
        figures = set(re.findall(r'data-figure="(\w+)"', html))
        links = links_of(html)
        assert {re.search(r"figure=(\w+)", link)[1] for link in links} == figures, page
        for link in links:
            answer = client.get(page.partition("?")[0] + link)
            assert answer.status_code == 200, link
            assert answer.content, link
            kinds.add(link.rpartition("as=")[2])
    assert kinds == {"csv", "xlsx", "json", "svg"}


def rows(client, page: str, figure: str, kind: str = "csv") -> list[list[str]]:
    glue = "&" if "?" in page else "?"
    answer = client.get(f"{page}{glue}figure={figure}&as={kind}")
    if kind == "json":
        return json.loads(answer.content)
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_file_says_what_the_page_says(client, published):
    page = "/en/agency/DLT/services/?wave=W1"
    heading, *found = rows(client, page, "cells")
    assert heading[:4] == ["Service and channel", "%", "Interval (1)", "Interval (2)"]
    score = Score.objects.get(
        service__code="DLT-1", channel__code="counter", measure="top_two_box", is_overall=True
    )
    row = next(row for row in found if row[0].startswith("Driving licence, Service counter"))
    assert row[1] == f"{100 * score.estimate:.1f}"
    assert row[2:4] == [f"{100 * score.low:.1f}", f"{100 * score.high:.1f}"]
    assert row[-1] == str(score.n)
    as_json = rows(client, page, "cells", "json")
    assert as_json["page"] == "Department of Land Transport"
    assert as_json["address"].endswith("/en/agency/DLT/services/?wave=W1")
    assert as_json["rows"][0]["%"] == float(found[0][1])


def test_suppressed_stays_suppressed_and_no_answers_are_another_thing(client, published):
    hidden = Score.objects.filter(
        service__code="DLT-2", channel__code="e_service", measure="top_two_box", is_overall=True
    ).get()
    assert hidden.withheld
    cells = rows(client, "/en/agency/DLT/services/?wave=W1", "cells")
    (row,) = [row for row in cells if row[0].startswith("Annual vehicle tax")]
    assert set(row[1:]) == {SUPPRESSED}
    for kind in ("csv", "json"):
        answer = client.get(f"/en/agency/DLT/services/?wave=W1&figure=services&as={kind}")
        assert SUPPRESSED in text(answer)
        assert str(round(100 * hidden.estimate, 1)) not in text(answer)
    crossing = rows(client, "/en/agency/DLT/services/?wave=W1&view=matrix", "crossing")
    assert {"not in the frame", SUPPRESSED} <= {cell for row in crossing for cell in row}


def test_no_answers_are_said_so(client, wave, answered):
    compute_scores(wave)
    publish(close_wave(wave))
    cells = rows(client, "/en/agency/DLT/services/?wave=W1", "cells")
    (row,) = [row for row in cells if row[0].startswith("Annual vehicle tax")]
    assert set(row[1:]) == {"no answers"}


def test_a_picture_is_one_drawing_with_its_names(client, published):
    league = client.get("/en/waves/W1/?figure=league&as=svg")
    assert league["Content-Type"] == "image/svg+xml"
    assert "attachment" in league["Content-Disposition"]
    root = ElementTree.fromstring(text(league))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "Department of Provincial Administration" in text(league)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}svg"))) == 2
    said = [label.text or "" for label in root.iter("{http://www.w3.org/2000/svg}text")]
    assert said[said.index("Department of Land Transport") + 1] == SUPPRESSED


def test_a_workbook_has_no_formula(client, published, government):
    government.licence.name_en = "=1+1"
    government.licence.save()
    answer = client.get("/en/agency/DLT/services/?wave=W1&figure=services&as=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content))["figure"]
    names = [cell for cell in sheet["A"] if str(cell.value).startswith("=")]
    assert names
    assert all(cell.data_type != "f" for cell in sheet["A"])


@pytest.mark.parametrize(
    "query", ["figure=nothing&as=csv", "figure=league", "figure=league&as=exe", "figure=<x>&as=svg"]
)
def test_what_is_not_there_is_not_found(client, published, query):
    assert client.get(f"/en/waves/W1/?{query}").status_code == 404


def test_a_file_needs_the_right_of_its_page(client, wave, answered, bob, charlie):
    compute_scores(wave)
    address = "/en/agency/DLT/services/?wave=W1&figure=cells&as=csv"
    client.force_login(bob)
    assert client.get(address).status_code == 200
    client.force_login(charlie)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 404


def test_tags_left_open_are_read_too():
    html = '<h1>A</h1><div data-figure="x"><p>one<table><thead><tr><th>B<th>C</thead></table>'
    assert figure_of(html, "x") is not None
    assert figure_of(html, "y") is None
    assert figure_of("<p>nothing</p>", "x") is None
