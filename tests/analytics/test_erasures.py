"""An outcome that answers had to be erased for says so."""

import pytest

from analytics.models import Computation
from analytics.scoring.publication import publish, verify
from analytics.scoring.scores import compute_scores
from analytics.wording.verdict import flag_words
from responses.intake.door import erase
from responses.models import Response
from tests.analytics.test_apart import closed_score, drawn
from tests.stuffing import answer_all, everyday

pytestmark = pytest.mark.django_db

NINE_IN_TEN = ([5] * 9 + [2]) * 25


def erase_some(number: int, **which) -> None:
    for response in Response.objects.filter(**which).order_by("pk")[:number]:
        erase(response, reason="erased by the office")


def test_low_answers_that_an_office_erased_mark_the_verdict(wave, government):
    drawn(wave, government, NINE_IN_TEN)
    erase_some(15, overall=2)
    score = closed_score(wave)
    assert score.verdict == "MET"
    assert "ERASED" in score.flags
    assert any("Answers were erased" in words for words in flag_words(score))


def test_high_answers_that_were_erased_mark_it_too(wave, government):
    drawn(wave, government, ([5] * 7 + [2]) * 30)
    erase_some(60, overall=5)
    score = closed_score(wave)
    assert score.verdict == "NOT_MET"
    assert "ERASED" in score.flags


def test_a_few_that_could_change_nothing_do_not(wave, government):
    drawn(wave, government, [5] * 250)
    erase_some(2)
    score = closed_score(wave)
    assert score.verdict == "MET"
    assert "ERASED" not in score.flags


def test_a_neighbour_cannot_mark_a_drawn_figure_by_erasing_open_answers(wave, government):
    drawn(wave, government, [5] * 250)
    answer_all(wave, government.id_card, government.counter, everyday(20, (5,) * 6))
    erase_some(120, selection="open")
    score = closed_score(wave)
    assert (score.verdict, score.evidence) == ("MET", "PROBABILITY")
    assert "ERASED" not in score.flags


def test_what_is_erased_later_changes_nothing_published(wave, government):
    drawn(wave, government, NINE_IN_TEN)
    erase_some(15, overall=2)
    published = publish(closed_score(wave).wave)
    kept = Computation.objects.get(wave=published).erased
    erase_some(60, overall=5)
    compute_scores(published)
    assert Computation.objects.get(wave=published).erased == kept
    assert verify(published) == []
