"""Single answers go 24 months after the wave has closed; what was counted stays."""

from datetime import timedelta

import pytest

from analytics.counting import tally
from analytics.models import Score
from analytics.scoring.publication import publish, verify
from analytics.scoring.records import as_records
from analytics.scoring.scores import compute_scores
from responses.models import Response, Revision
from responses.privacy.retention import delete_expired_answers
from surveys import clock
from surveys.models import Wave
from tests.closing import close_wave


@pytest.fixture
def published(wave, answered):
    return publish(close_wave(wave))


def later(days: int):
    return clock.at(clock.now() + timedelta(days=days))


def test_answers_stay_for_two_years(published):
    with later(729):
        assert delete_expired_answers() == {}
    assert Response.objects.count() == 50


def test_then_they_go_and_the_figures_stay(published):
    before = as_records(list(Score.objects.all()))
    with later(731):
        assert delete_expired_answers() == {"W1": 50}
        assert delete_expired_answers() == {}
    assert not Response.objects.exists()
    assert not Revision.objects.exists()
    wave = Wave.objects.get()
    compute_scores(wave)
    assert as_records(list(Score.objects.all())) == before
    assert verify(wave) == []


def test_what_cannot_be_counted_again_is_not_counted_away(published):
    with later(731):
        delete_expired_answers()
    with pytest.raises(tally.AnswersDeletedError):
        compute_scores(Wave.objects.get(), rebuild=True)
    assert Score.objects.exists()


def test_an_open_wave_keeps_its_answers(wave, answered):
    with later(2000):
        assert delete_expired_answers() == {}


def test_answers_not_yet_counted_are_kept(wave, answered):
    close_wave(wave)
    with later(731):
        assert delete_expired_answers() == {}
    assert Response.objects.count() == 50
