"""Drawn citizens who are all content, where those who chose to answer are not, are not believed
without a word."""

import pytest

from analytics.models import Score
from analytics.scoring.scores import compute_scores
from analytics.wording.verdict import flag_words
from responses.intake.door import Door, Submission
from responses.models import Response
from tests.closing import close_wave
from tests.stuffing import answer_all, everyday

pytestmark = pytest.mark.django_db

SIX_IN_SEVEN = (5, 4, 5, 5, 4, 5, 2)


def drawn(wave, government, ratings) -> None:
    door = Door(wave)
    door.store_new(
        [
            door.check(
                Submission(
                    key=f"drawn-{k}",
                    service=government.id_card,
                    channel=government.counter,
                    answers={"OV": rating},
                    source=Response.Source.WEB,
                    selection=Response.Selection.DRAWN,
                )
            )
            for k, rating in enumerate(ratings)
        ]
    )


def closed_score(wave) -> Score:
    wave = close_wave(wave)
    compute_scores(wave)
    return Score.objects.get(
        wave=wave, level="agency", agency__code="DOPA", is_overall=True, measure="top_two_box"
    )


def test_invented_citizens_who_are_all_content_are_marked(wave, government):
    answer_all(wave, government.id_card, government.counter, everyday(60, SIX_IN_SEVEN))
    drawn(wave, government, [5] * 160)
    score = closed_score(wave)
    assert (score.verdict, score.official) == ("MET", True)
    assert "APART" in score.flags
    assert any("than those who chose to answer" in words for words in flag_words(score))


@pytest.mark.parametrize(
    ("of_drawn", "of_others"),
    [
        ([5] * 18 + [2, 5], SIX_IN_SEVEN),  # 95 %: the satisfied may answer more readily
        ([5] * 20, (5, 5, 5, 5, 5, 5, 5)),
        ([5, 5, 2] * 6, SIX_IN_SEVEN),  # less content
    ],
)
def test_who_answers_more_readily_is_not(wave, government, of_drawn, of_others):
    answer_all(wave, government.id_card, government.counter, everyday(60, of_others))
    drawn(wave, government, of_drawn * 8)
    score = closed_score(wave)
    assert score.evidence == "PROBABILITY"
    assert "APART" not in score.flags


def test_too_few_are_no_reason(wave, government):
    answer_all(wave, government.id_card, government.counter, everyday(4, SIX_IN_SEVEN))
    drawn(wave, government, [5] * 160)
    assert "APART" not in closed_score(wave).flags
