"""What pages and reports say about screening, and to whom. Bob's agency is stuffed; Charlie is its
neighbour."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from analytics.models import Score
from analytics.reporting.content import gather
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from analytics.wording.alternatives import beside_sentences
from responses.intake.door import set_aside
from responses.models import Response
from responses.screening.screen import screen
from surveys.models import Wave
from surveys.waves import open_wave
from tests.agency_pages import agency_page as address_of
from tests.closing import close_wave, end
from tests.stuffing import answer_all, everyday, one_night

EVIDENCE = "answers within"


@pytest.fixture
def stuffed(wave, government) -> Wave:
    for service in (government.licence, government.id_card):
        answer_all(wave, service, government.counter, everyday(20))
    answer_all(
        wave,
        government.licence,
        government.counter,
        one_night(15, 60),
        service_point=government.chatuchak,
    )
    screen(wave)
    compute_scores(wave)
    return wave


def page(client, wave, **query):
    return client.get(reverse("analytics:screening", args=[wave.code]), query)


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def agency_page(client, wave, code, tab="reached") -> str:
    return text(client.get(address_of(wave.code, code, tab)))


def test_opdc_sees_agencies_places_and_evidence(client, stuffed, alice):
    client.force_login(alice)
    html = text(page(client, stuffed))
    aside = Response.objects.filter(disposition="screened").count()
    assert aside >= 50
    for words in (
        "Department of Land Transport",
        f"{aside} of 140 answers were set aside by published rules; with them",
        "Chatuchak",
        f"{aside} of 60 set aside",
        "give the highest rating",
        EVIDENCE,
        "Alarm",
        "Near copies of each other",
    ):
        assert words in html, words


def test_places_are_filtered(client, stuffed, alice, government):
    client.force_login(alice)
    assert "No place matches" in text(page(client, stuffed, agency="DOPA", rule="burst"))
    assert "No place matches" in text(page(client, stuffed, q="Chiang Mai"))
    assert "Chatuchak" in text(page(client, stuffed, q="chatuchak", rule="burst", agency="DLT"))
    assert "Chatuchak" in text(page(client, stuffed, rule="nonsense", page="x", agencies="y"))


def test_lists_are_paged_at_a_fixed_number_of_queries(
    client, stuffed, alice, django_assert_max_num_queries
):
    client.force_login(alice)
    with django_assert_max_num_queries(40):
        page(client, stuffed)


def test_an_agency_sees_its_counts_by_rule_but_not_which_answers(client, stuffed, bob):
    client.force_login(bob)
    assert "Many answers at once" not in agency_page(client, stuffed, "DLT")
    html = agency_page(client, end(stuffed), "DLT")
    aside = Response.objects.filter(disposition="screened").count()
    assert f"{aside} of 140 answers" in html
    assert "Many answers at once" in html
    assert f"<strong>{aside} of them set aside</strong>" in html
    assert EVIDENCE not in html
    assert "Chatuchak" not in html
    assert "with them the figure would be" in agency_page(client, stuffed, "DLT", "page")


def test_the_neighbour_sees_nothing_of_it(client, stuffed, charlie):
    client.force_login(charlie)
    end(stuffed)
    assert client.get(reverse("analytics:agency", args=[stuffed.code, "DLT"])).status_code == 404
    html = text(page(client, stuffed))
    for hidden in (
        "Department of Land Transport",
        "Chatuchak",
        EVIDENCE,
        "set aside</strong>",
        "Alarm:",
    ):
        assert hidden not in html, hidden
    assert "The rules" in html
    assert "0 of 80 answers" in agency_page(client, stuffed, "DOPA")


def test_an_agency_sees_the_rules_but_no_places(client, stuffed, bob):
    client.force_login(bob)
    html = text(page(client, stuffed))
    assert "Strength 0.2, or 1 where the answers lean to one side." in html
    assert "Chatuchak" not in html
    assert EVIDENCE not in html


def test_strangers_see_it_once_published(client, stuffed):
    assert page(client, stuffed).status_code == 404
    published = publish(close_wave(stuffed))
    html = text(page(client, published))
    assert "of 220 answers" in html
    assert "Chatuchak" not in html
    assert EVIDENCE not in html
    assert "Which answers they are" not in agency_page(client, published, "DLT")
    assert "with them the figure would be" in agency_page(client, published, "DLT", "page")


def test_a_wave_without_rules_says_so(client, answered, wave, alice):
    Wave.objects.update(method={k: v for k, v in wave.method.items() if k != "screening"})
    client.force_login(alice)
    assert "declared no rules of screening" in text(page(client, wave))


def test_both_languages(client, stuffed, alice):
    client.force_login(alice)
    with translation.override("th"):
        html = text(page(client, stuffed))
    assert "คำตอบจำนวนมากในคราวเดียว" in html
    assert "ในจำนวนนี้" in html


def test_the_report_says_rules_counts_and_both_figures(stuffed, government):
    content = gather(end(stuffed), government.dlt) | {"language": "en"}
    html = render_to_string("report/method.html", content)
    aside = Response.objects.filter(disposition="screened").count()
    assert f"{aside} of 140 answers" in html
    assert "with them the figure would be" in html
    flagged = [line for line in content["screened"].lines if line.flagged]
    assert flagged
    for line in flagged:
        assert f"{line.rule.title}: {line.flagged} flagged, {line.set_aside} set aside" in html
    assert "from 1 on the answer is set aside" in html
    national = gather(stuffed, None)
    assert (national["screened"].answers, national["screened"].set_aside) == (220, aside)
    assert gather(stuffed, government.dopa)["screened"].set_aside == 0


def test_drawn_and_open_figures_stand_side_by_side(wave, government, send):
    for k in range(30):
        send(government.licence, government.counter, 5 if k % 5 else 2)
        send(government.licence, government.counter, 4 if k % 2 else 2, selection="drawn")
    compute_scores(wave)
    score = Score.objects.get(
        level="agency", agency__code="DLT", is_overall=True, measure="top_two_box"
    )
    assert beside_sentences(score) == [  # while the wave is open no interval
        "Citizens drawn at random and invited: 50.0 % (30 answers).",
        "Answers from open links: 80.0 % (30 answers).",
    ]
    score.wave = publish(close_wave(wave))
    drawn, opened = beside_sentences(score)
    assert drawn.startswith("Citizens drawn at random and invited: 50.0 % (")
    assert drawn.endswith("(30 answers).")
    assert opened.startswith("Answers from open links: 80.0 % (")


def test_where_nothing_differs_nothing_stands_beside(wave, answered):
    compute_scores(wave)
    assert all(beside_sentences(score) == [] for score in Score.objects.filter(is_overall=True))


def test_where_doubted_answers_count_the_figure_without_them_stands_beside(draft, government):
    draft.method = {**draft.method, "screened": "count", "screening": None}
    draft.save()
    wave = open_wave(draft)
    ratings = tuple(5 if k < 20 else 2 + k % 3 for k in range(60))
    answer_all(wave, government.licence, government.counter, everyday(1, ratings))
    set_aside(
        wave, list(wave.responses.filter(overall=5).values_list("pk", flat=True)), reason="test"
    )
    compute_scores(wave)
    score = Score.objects.filter(level="agency", is_overall=True, measure="top_two_box").get()
    assert score.n == 60
    (said,) = beside_sentences(score)
    assert said.startswith("20 of 60 answers are doubted by published rules, but count")
