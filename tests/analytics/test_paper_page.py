"""The paper as a page: at one address, for whom the paper is, small, and from this host alone."""

import re
from datetime import UTC, datetime

import pytest

from analytics.models import Score
from analytics.scoring.scores import compute_scores
from benchmarks.nation import make_nation, make_tally
from surveys import clock
from surveys.models import Agency, Wave
from tests.closing import close_wave

NAME_TH, NAME_EN = "กรมส่งเสริมการค้าระหว่างประเทศ", "Department of International Trade Promotion"
"""About as long as names of departments are."""
NATION, AGENCY = "/en/waves/W1/paper/", "/en/waves/W1/paper/DLT/"
LARGEST = 100_000


@pytest.fixture
def closed(wave, answered) -> Wave:
    with clock.at(datetime(2024, 1, 31, 5, tzinfo=UTC)):
        compute_scores(wave)
    return close_wave(wave)


@pytest.fixture
def published(closed) -> Wave:
    Wave.objects.filter(pk=closed.pk).update(state=Wave.State.PUBLISHED)
    return closed


@pytest.mark.parametrize("address", [NATION, AGENCY])
def test_a_published_paper_is_for_everybody(client, published, address):
    answer = client.get(address)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert len(answer.content) <= LARGEST
    assert html.count("<h1") == 1
    assert " style=" not in html
    links = re.findall(r'(?:src|href)="(https?://[^"/]+)', html)
    assert set(links) <= {"http://localhost:8000"}
    assert f"{100 * _whole(address).estimate:.1f}" in html


def _whole(address: str) -> Score:
    where = {"agency__code": "DLT"} if address == AGENCY else {"level": "nation"}
    return Score.objects.filter(
        is_overall=True, measure="top_two_box", channel=None, service=None, **where
    ).get()


def test_before_it_is_for_whoever_may_have_it_printed(client, closed, alice, bob, charlie):
    assert client.get(NATION).status_code == 404
    client.force_login(bob)
    assert client.get(AGENCY).status_code == 200
    assert client.get(NATION).status_code == 404
    client.force_login(charlie)
    assert client.get(AGENCY).status_code == 404
    client.force_login(alice)
    assert client.get(NATION).status_code == 200


@pytest.fixture
def of_200_agencies(government, questionnaire) -> Wave:
    wave = make_nation(200, 200)
    make_tally(wave, 40_000)
    compute_scores(wave)
    for agency in Agency.objects.filter(code__startswith="A"):
        agency.name_th, agency.name_en = f"{NAME_TH} {agency.code}", f"{NAME_EN} {agency.code}"
        agency.save()
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.PUBLISHED)
    return wave


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_nation_of_200_agencies_is_small_on_the_wire_and_draws_each(
    client, of_200_agencies, language
):
    address = f"/{language}/waves/{of_200_agencies.code}/paper/"
    sent = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert sent["Content-Encoding"] == "gzip"
    assert len(sent.content) <= LARGEST / 4
    plain = client.get(address)
    assert "Content-Encoding" not in plain
    assert len(plain.content) <= 2 * LARGEST
    html = plain.content.decode()
    rows = re.findall(r'<tr> <th scope="row" class="plot__name">\d+\. [^<]* A\d{3}', html)
    assert len(rows) == 200
    strip = html[html.index("strip__field") : html.index("</svg>", html.index("strip__field"))]
    assert strip.count('<use href="#strip-') == 200
    assert len(re.findall(r"M[\d.]+ [\d.]+v[\d.]+", strip)) == 200


def test_each_mark_that_a_page_draws_is_there_once(client, published):
    for address in (NATION, AGENCY):
        html = client.get(address).content.decode()
        used = set(re.findall(r'<use href="#([\w-]+)"', html))
        assert used
        names = re.findall(r' id="([\w-]+)"', html)
        assert len(names) == len(set(names))
        assert used <= set(names)


def test_it_is_not_compressed_for_whoever_has_signed_in(client, published, alice):
    client.force_login(alice)
    assert "Content-Encoding" not in client.get(NATION, headers={"Accept-Encoding": "gzip"})
