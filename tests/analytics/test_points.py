"""Figures by service point: what they are, who sees them and where."""

import re
from datetime import UTC, datetime
from math import sqrt
from unicodedata import normalize

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.desk.examining import breaches_in
from analytics.domains.access import domains_for
from analytics.models import Score, TallyCell
from analytics.scoring.publication import publish, verify
from analytics.scoring.scores import compute_scores
from surveys import clock
from surveys.models import EntryPoint, ServicePoint
from tests.agency_pages import agency_page
from tests.closing import close_wave


@pytest.fixture
def offices(government):
    """Three more service points of the Department of Land Transport."""
    names = {"bangna": "Bang Na", "dindaeng": "Din Daeng", "phasi": "Phasi Charoen"}
    made = [
        ServicePoint.objects.create(agency=government.dlt, code=code, name_th=name, name_en=name)
        for code, name in names.items()
    ]
    return [government.chatuchak, *made]


@pytest.fixture
def given(government, send):
    """`given(point, satisfied, others)` at the licence counter."""

    def give(point, satisfied, others=0, channel=None):
        for k in range(satisfied + others):
            channel = channel or government.counter
            rating = 5 if k < satisfied else 2
            send(government.licence, channel, rating, service_point=point)

    return give


@pytest.fixture
def answered_at(given, offices, government):
    """60 at Chatuchak, 40 at Bang Na, four at Din Daeng, 30 that name none; ten elsewhere."""
    given(offices[0], 55, 5)
    given(offices[1], 20, 20)
    given(offices[2], 4)
    given(None, 20, 10)
    given(None, 8, 2, channel=government.online)


def of_points(**where):
    scores = Score.objects.filter(level="service_point", measure="top_two_box", **where)
    return {score.service_point.code: score for score in scores}


@pytest.fixture
def published(wave, answered_at):
    compute_scores(wave)
    return publish(close_wave(wave))


def test_each_service_point_has_a_figure_and_the_small_are_suppressed(published, government):
    found = of_points()
    assert {code: score.withheld for code, score in found.items()} == {
        "chatuchak": False,
        "bangna": False,
        "dindaeng": True,
    }
    low = found["bangna"]
    assert (low.agency, low.service) == (government.dlt, government.licence)
    assert (low.channel, low.n, low.estimate) == (government.counter, 40, 0.5)
    assert low.low < 0.5 < low.high
    assert low.distribution == []
    assert breaches_in(published, list(published.scores.all())) == 0


def test_its_spread_is_that_of_a_domain_of_the_stratum(published):
    """All 134 answers of the cell are the stratum: V = n/(n − 1) · p(1 − p) ÷ those at the point,
    as the deviations of a poststratum add up to nothing."""
    score = of_points()["chatuchak"]
    p = 55 / 60
    assert score.estimate == pytest.approx(p)
    assert score.se == pytest.approx(sqrt(134 / 133 * p * (1 - p) / 60))


def test_what_it_rests_on_is_that_of_its_cell_and_never_official(published):
    cells = Score.objects.filter(level="service_channel", measure="top_two_box")
    cell = cells.get(channel__code="counter")
    for score in of_points().values():
        for name in ("coverage", "response_rate", "evidence", "reach", "merged"):
            assert getattr(score, name) == getattr(cell, name)
        assert score.population is None
        assert not score.official


def test_no_other_figure_moves_for_them(wave, answered_at, government):
    """A wave without service points has the same figures, to the last digit."""
    wave = close_wave(wave)
    compute_scores(wave)
    others = wave.scores.exclude(level="service_point").order_by("pk")
    names = [f.attname for f in Score._meta.concrete_fields if f.attname not in ("id", "beside")]
    before = list(others.values_list(*names))
    assert of_points()
    for named in TallyCell.objects.filter(wave=wave).exclude(service_point=""):
        places = {f.name: getattr(named, f.name) for f in TallyCell._meta.fields}
        del places["id"], places["count"], places["stated"]
        unnamed, _made = TallyCell.objects.get_or_create(
            **places | {"service_point": ""}, defaults={"count": 0}
        )
        TallyCell.objects.filter(pk=unnamed.pk).update(count=F("count") + named.count)
        named.delete()
    compute_scores(wave)
    assert of_points() == {}
    assert list(others.values_list(*names)) == before


def test_of_a_suppressed_cell_no_service_point_is_named(wave, given, offices, government):
    given(offices[0], 12, 8, channel=government.online)
    given(offices[1], 3)
    given(offices[2], 3, 3)
    compute_scores(wave)
    publish(close_wave(wave))
    cells = Score.objects.filter(level="service_channel", measure="top_two_box")
    assert all(cell.withheld for cell in cells)
    assert of_points() == {}


def test_none_is_named_where_all_of_them_were_satisfied(wave, given, offices):
    """That a few answers came from an office would tell what they were."""
    given(offices[0], 60)
    given(offices[1], 4)
    compute_scores(wave)
    publish(close_wave(wave))
    cell = Score.objects.get(level="service_channel", measure="top_two_box")
    assert not cell.withheld
    assert of_points() == {}


def test_while_the_wave_runs_there_are_none(wave, answered_at, alice, bob):
    with clock.at(datetime(2030, 1, 1, 5, tzinfo=UTC)):
        compute_scores(wave)
    assert wave.scores.exists()
    assert of_points() == {}
    wave = close_wave(wave)
    compute_scores(wave)
    assert set(of_points()) == {"chatuchak", "bangna", "dindaeng"}
    assert domains_for(alice, wave).filter(level="service_point").exists()
    # Until nothing can be erased any more, one answer would show in so small a figure.
    assert domains_for(bob, wave).exists()
    assert not domains_for(bob, wave).filter(level="service_point").exists()


def test_what_was_published_follows_again(published):
    compute_scores(published)
    assert verify(published) == []


def test_a_wave_that_was_published_without_them_stays_so(published):
    Score.objects.filter(wave=published, level="service_point").delete()
    compute_scores(published)
    assert of_points() == {}


def links(government, points, channel=None):
    return [
        EntryPoint.objects.create(
            service=government.licence, channel=channel or government.counter, service_point=point
        )
        for point in points
    ]


def rows_of(html, figure="points"):
    """The text of each row of a figure's table."""
    section = html.split(f'data-figure="{figure}"')[1].split("</section>")[0]
    rows = section.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")
    plain = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    return [normalize("NFKC", row) for row in plain if row]


def test_the_page_lists_them_lowest_first_and_says_why_others_are_not(
    client, published, government, offices
):
    links(government, offices)
    links(government, offices[:1], government.online)
    html = client.get(agency_page("W1", "DLT", "services")).content.decode()
    rows = rows_of(html)
    assert rows[0].startswith("Driving licence, Service counter, Bang Na")
    assert "as low as the lowest 40 Answers" in rows[0]
    assert rows[1].startswith("Driving licence, Service counter, Chatuchak")
    assert "as good as the best 60 Answers" in rows[1]
    rest = "\n".join(rows[2:])
    assert "Service counter, Din Daeng suppressed, to protect those who answered" in rest
    assert "Service counter, Phasi Charoen no answers" in rest
    assert "Driving licence, Agency e-service not shown by service point" in rest
    assert len(rows) == 5


def test_a_signed_in_agency_sees_no_more_and_the_survey_office_all(
    client, published, bob, alice, offices
):
    address = agency_page("W1", "DLT", "services")
    client.force_login(bob)
    assert "suppressed" in rows_of(client.get(address).content.decode())[2]
    client.force_login(alice)
    rows = rows_of(client.get(address).content.decode())
    assert not any("suppressed" in row for row in rows)
    assert any("Din Daeng" in row and "4 Answers" in row for row in rows)


def test_before_publication_the_page_says_when(client, wave, answered_at, government, offices, bob):
    compute_scores(wave)
    client.force_login(bob)
    address = agency_page("W1", "DLT", "services")
    assert "By service point" not in client.get(address).content.decode()
    links(government, offices)
    html = client.get(address).content.decode()
    assert "Service points are shown once the survey is published" in html
    assert 'data-figure="points"' not in html


def test_where_none_can_be_shown_the_page_says_so(client, wave, given, government, offices):
    given(offices[0], 60)
    given(offices[1], 4)
    links(government, offices)
    compute_scores(wave)
    publish(close_wave(wave))
    html = client.get(agency_page("W1", "DLT", "services")).content.decode()
    assert "can be shown by service point: too few answers name one" in html


def test_the_overview_names_the_lowest_office(client, published):
    html = client.get(agency_page("W1", "DLT")).content.decode()
    assert "Lowest: Driving licence, Service counter, Bang Na, 50.0" in normalize("NFKC", html)


def test_files_and_programs_have_the_column(client, published):
    address = reverse("analytics:agency_file", args=["DLT", "json"])
    figures = client.get(address, {"wave": "W1"}).json()["figures"]
    points = {
        row["service_point"]: row
        for row in figures
        if row["level"] == "service_point" and row["measure"] == "top_two_box"
    }
    assert points["bangna"]["n"] == 40
    assert (points["dindaeng"]["suppressed"], points["dindaeng"]["n"]) == (True, "")
    assert all(row["service_point"] == "" for row in figures if row["level"] != "service_point")
    rows = client.get("/api/v1/waves/W1/scores/", {"level": "service_point"}).json()["results"]
    told = {row["service_point"]: row["n"] for row in rows if row["measure"] == "top_two_box"}
    assert told == {"chatuchak": 60, "bangna": 40, "dindaeng": None}


def test_the_page_asks_the_database_no_more_often_for_more_of_them(
    client, published, government, offices, django_assert_max_num_queries
):
    address = agency_page("W1", "DLT", "services")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    links(government, offices)
    with django_assert_max_num_queries(min(len(few), 13)):
        client.get(address)
