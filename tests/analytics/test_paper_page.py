"""The paper as a page: at one address, for whom the paper is, small, and from this host alone."""

import re
from datetime import UTC, datetime

import pytest

from analytics.models import Score
from analytics.scoring.scores import compute_scores
from surveys import clock
from surveys.models import Wave
from tests.closing import close_wave

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
