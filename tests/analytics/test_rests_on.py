"""An attack that was repelled is told from a verdict that rests on what was set aside."""

from datetime import timedelta

import pytest

from analytics.models import Score
from analytics.scoring.scores import compute_scores
from analytics.wording.verdict import flag_words
from responses.intake.door import Door, Submission
from responses.models import Response
from surveys.models import Wave
from tests.closing import close_wave
from tests.stuffing import FIRST, answer_all, everyday

pytestmark = pytest.mark.django_db

NINETY_SIX = (5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 3)


def neighbours_met(wave, government) -> None:
    answer_all(wave, government.id_card, government.counter, everyday(40, NINETY_SIX))


def from_one_device(wave, government, overall: int, number: int) -> None:
    door = Door(wave)
    answers = [
        door.check(
            Submission(
                key=f"one-{k}",
                service=government.id_card,
                channel=government.counter,
                answers={"OV": overall},
                source=Response.Source.WEB,
                device="d" * 22,
                answered_at=FIRST + timedelta(minutes=91 * k),
                seconds=5 + k % 40,
            )
        )
        for k in range(number)
    ]
    door.store_new(answers)


def closed_score(wave) -> Score:
    wave = close_wave(wave)
    compute_scores(wave)
    return Score.objects.get(
        wave=wave, level="agency", agency__code="DOPA", is_overall=True, measure="top_two_box"
    )


def test_four_hundred_ones_from_one_address_leave_no_doubt(wave, government):
    neighbours_met(wave, government)
    from_one_device(wave, government, 1, 400)
    score = closed_score(wave)
    assert (score.verdict, score.beside["with_screened"]["verdict"]) == ("MET", "NOT_MET")
    assert "FLAGGED" not in score.flags
    assert "REPELLED" in score.flags
    assert any("attack was repelled" in words for words in flag_words(score))


def test_a_verdict_that_rests_on_what_may_be_disputed_is_doubted(wave, government):
    neighbours_met(wave, government)
    copies = [(FIRST + timedelta(minutes=7 * k), 5) for k in range(3)]
    answer_all(wave, government.id_card, government.counter, copies)
    night = FIRST + timedelta(days=20, hours=16)
    fours = [(night + timedelta(seconds=40 * k), 5) for k in range(900)]
    answer_all(wave, government.id_card, government.counter, fours)
    lows = [(FIRST + timedelta(days=k % 40, hours=5, minutes=k % 60), 2) for k in range(70)]
    answer_all(wave, government.id_card, government.counter, lows)
    score = closed_score(wave)
    assert score.verdict != score.beside["with_screened"]["verdict"] == "MET"
    assert "FLAGGED" in score.flags
    assert "REPELLED" not in score.flags


def test_where_nothing_would_be_another_verdict_nothing_is_said(wave, government):
    neighbours_met(wave, government)
    from_one_device(wave, government, 5, 100)
    score = closed_score(wave)
    assert score.beside["with_screened"]["n"] > score.n
    assert not {"FLAGGED", "REPELLED"} & set(score.flags)


def test_waves_that_were_screened_before_keep_their_flag(wave, government):
    neighbours_met(wave, government)
    from_one_device(wave, government, 1, 400)
    wave = close_wave(wave)
    compute_scores(wave)
    wave.screenings.update(disputed=None)
    compute_scores(Wave.objects.get(pk=wave.pk))
    score = Score.objects.get(
        wave=wave, level="agency", agency__code="DOPA", is_overall=True, measure="top_two_box"
    )
    assert "FLAGGED" in score.flags
