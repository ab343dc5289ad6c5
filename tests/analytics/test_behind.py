"""What stands behind a figure is said of what was counted, and of nothing else."""

import pytest
from django.utils import translation

from analytics.models import Computation, Score
from analytics.scoring.scores import compute_scores
from analytics.wording.behind import behind_sentences
from surveys.models import Channel
from tests.closing import end


def said(wave, **domain):
    score = Score.objects.get(wave=wave, is_overall=True, measure="top_two_box", **domain)
    with translation.override("en"):
        return " ".join(behind_sentences(score))


@pytest.fixture
def counted(wave, answered):
    compute_scores(wave)
    return wave


def test_the_share_of_encounters_that_answered_and_the_silent_cells_are_named(counted):
    nation = said(counted, level="nation")
    assert "The answers make up 0.5 % of the encounters." in nation  # 50 of 10,000
    assert "Nobody answered for 1 cell of service and channel (encounters)" in nation
    assert "Annual vehicle tax · Agency e-service (3,000)" in nation
    assert "R-indicator" not in nation  # nobody was asked


def test_an_agency_hears_of_its_own_cells_alone(counted, government):
    assert "Annual vehicle tax" in said(counted, level="agency", agency=government.dlt)
    assert "Nobody answered" not in said(counted, level="agency", agency=government.dopa)


@pytest.mark.parametrize(("answers", "said_as"), [(3, "fewer than ten"), (12, "12")])
def test_answers_outside_the_frame_are_named_and_few_not_counted_out(
    wave, government, answered, send, answers, said_as
):
    phone = Channel.objects.create(
        code="phone", family="phone", position=9, name_th="โทรศัพท์", name_en="Telephone"
    )
    for _ in range(answers):
        send(government.licence, phone, 1)
    compute_scores(end(wave))
    nation = said(wave, level="nation")
    assert f"Driving licence · Telephone ({said_as})" in nation
    assert "in no figure" in nation


def test_of_a_suppressed_score_nothing_is_said(counted):
    score = Score.objects.get(wave=counted, level="nation", is_overall=True, measure="top_two_box")
    score.withheld = True
    assert behind_sentences(score) == []


def test_without_a_computation_no_cells_are_named(counted):
    Computation.objects.all().delete()
    assert "Nobody answered" not in said(counted, level="nation")
