"""An outcome for which ratings had to be tapped again says so."""

import pytest

from analytics.models import Computation
from analytics.scoring.publication import publish, verify
from analytics.scoring.scores import compute_scores
from analytics.wording.verdict import flag_words
from responses.intake.door import amend
from responses.models import Response
from tests.analytics.test_apart import closed_score, drawn

pytestmark = pytest.mark.django_db

SIX_IN_SEVEN = ([5] * 6 + [2]) * 30


def tap_again(rating: int, number: int, **which) -> None:
    for response in Response.objects.filter(**which).order_by("pk")[:number]:
        amend(response, {"OV": rating}, reason="changed")


def test_lows_that_somebody_tapped_again_mark_the_verdict(wave, government):
    drawn(wave, government, SIX_IN_SEVEN)
    tap_again(5, 30, overall=2)
    score = closed_score(wave)
    assert score.verdict == "MET"
    assert "TAPPED_AGAIN" in score.flags
    assert any("after the first tap" in words for words in flag_words(score))


def test_it_is_the_first_tap_that_is_compared(wave, government):
    drawn(wave, government, SIX_IN_SEVEN)
    tap_again(3, 30, overall=2)
    tap_again(5, 30, overall=3)
    assert "TAPPED_AGAIN" in closed_score(wave).flags


def test_a_few_slips_do_not(wave, government):
    drawn(wave, government, [5] * 250)
    tap_again(1, 2, overall=5)
    tap_again(5, 2, overall=1)
    score = closed_score(wave)
    assert score.verdict == "MET"
    assert "TAPPED_AGAIN" not in score.flags


def test_it_stays_as_published(wave, government):
    drawn(wave, government, SIX_IN_SEVEN)
    tap_again(5, 30, overall=2)
    published = publish(closed_score(wave).wave)
    assert Computation.objects.get(wave=published).tapped_again
    compute_scores(published)
    assert verify(published) == []
