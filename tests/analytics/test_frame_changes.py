"""An outcome that counts had to be changed for, after the wave had opened, says so."""

from datetime import timedelta

import pytest

from analytics.scoring.frame_changes import frame_at_opening
from analytics.scoring.publication import publish, verify
from analytics.wording.verdict import flag_words
from surveys.models import FrameCell
from surveys.sampling.counting import count_from_log, keep_opening_counts
from tests.analytics.test_apart import closed_score
from tests.stuffing import answer_all, everyday

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_channels(wave, government):
    """Content citizens at the counter, others online; the frame counts both."""
    FrameCell.objects.filter(frame=wave.frame, service=government.id_card).delete()
    for channel in (government.counter, government.online):
        wave.frame.cells.create(
            service=government.id_card,
            channel=channel,
            encounters=1000,
            starts_on=wave.starts_on,
            ends_on=wave.ends_on,
        )
    wave.opening_counts.delete()
    keep_opening_counts(wave)
    answer_all(wave, government.id_card, government.counter, everyday(60, (5,) * 6))
    answer_all(wave, government.id_card, government.online, everyday(60, (5, 5, 5, 5, 2, 5)))
    return wave


def at(wave, channel):
    return FrameCell.objects.filter(frame=wave.frame, channel=channel, service__code="DOPA-1")


def test_more_weight_to_the_content_marks_the_verdict(two_channels, government):
    at(two_channels, government.counter).update(encounters=5000)
    score = closed_score(two_channels)
    assert score.verdict == "MET"
    assert "FRAME_CHANGED" in score.flags
    assert any("Encounters were counted otherwise" in words for words in flag_words(score))
    published = publish(score.wave)
    assert verify(published) == []


@pytest.mark.parametrize("encounters", [1000, 1020])
def test_what_decides_nothing_does_not(two_channels, government, encounters):
    at(two_channels, government.counter).update(encounters=encounters)
    assert "FRAME_CHANGED" not in closed_score(two_channels).flags


def test_a_month_that_is_counted_later_is_no_change(two_channels, government):
    two_channels.frame.cells.create(
        service=government.id_card,
        channel=government.counter,
        encounters=9000,
        starts_on=two_channels.ends_on,
        ends_on=two_channels.ends_on + timedelta(days=1),
    )
    assert frame_at_opening(two_channels) is None


def test_a_log_that_takes_the_place_of_counts_is_one(two_channels, government):
    count_from_log(two_channels, government.id_card.agency)
    found = frame_at_opening(two_channels)
    assert found[government.id_card.pk, government.counter.pk] == 1000
