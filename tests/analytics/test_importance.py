"""What goes with satisfaction: kept at publication, for agencies with enough answers, and shown."""

import random

import pytest

from analytics.models import Importance
from analytics.scoring import importance
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from surveys.models import Question
from tests.agency_pages import agency_page
from tests.closing import close_wave

SEED = 20261128


@pytest.fixture
def two_everywhere(questionnaire):
    Question.objects.filter(code="S1").update(code="P2")
    Question.objects.get(code="P2").channels.clear()


@pytest.fixture
def published(monkeypatch, two_everywhere, wave, government, send):
    """DLT: 120 answers in which the overall rating follows P1 and not P2; DOPA: 40."""
    monkeypatch.setattr(importance, "FEWEST", 60)
    choose = random.Random(SEED)
    for service, number in ((government.licence, 120), (government.id_card, 40)):
        for _k in range(number):
            p1 = choose.randint(1, 5)
            overall = min(max(p1 + choose.choice([-1, 0, 0, 1]), 1), 5)
            send(service, government.counter, overall, P1=p1, P2=choose.randint(1, 5))
    compute_scores(wave)
    return publish(close_wave(wave))


def test_the_question_that_the_overall_rating_follows_has_the_share(published, government):
    (kept,) = Importance.objects.all()  # the neighbour has too few answers
    assert (kept.agency, kept.n) == (government.dlt, 120)
    share, low, high = kept.shares["P1"]
    assert share > 0.9, SEED
    assert low <= share <= high
    assert sum(each[0] for each in kept.shares.values()) == pytest.approx(1)


def test_the_page_shows_it_as_model_based_and_the_neighbours_says_nothing(client, published):
    page = client.get(agency_page(published.code, "DLT", "first")).content.decode()
    assert "Model-based" in page
    assert "2 questions by their share" in page
    neighbour = client.get(agency_page(published.code, "DOPA", "first")).content.decode()
    assert "Model-based" not in neighbour


def test_computed_again_it_is_the_same(published):
    before = list(Importance.objects.values_list("shares", "n", "r_squared"))
    importance.keep_importance(published)
    assert list(Importance.objects.values_list("shares", "n", "r_squared")) == before
