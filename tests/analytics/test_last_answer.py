"""The time of the last answer is kept, not looked for."""

from datetime import UTC, datetime

import pytest

from analytics.counting.last_answer import last_answer_at
from analytics.counting.tally import fold, rebuild
from analytics.models import LastAnswer
from responses.models import Response

pytestmark = pytest.mark.django_db
DAYS = [datetime(2026, 11, day, 3, tzinfo=UTC) for day in (3, 9, 5)]


def test_it_is_the_latest_whatever_came_last(wave, send, government):
    assert last_answer_at(wave) is None
    for day, expected in zip(DAYS, (DAYS[0], DAYS[1], DAYS[1]), strict=True):
        send(government.licence, government.counter, 5, answered_at=day)
        fold(wave)
        assert last_answer_at(wave) == expected
    rebuild(wave)
    assert last_answer_at(wave) == DAYS[1]


def test_nothing_looks_through_the_answers(wave, answered, django_assert_num_queries):
    fold(wave)
    with django_assert_num_queries(1) as asked:
        last_answer_at(wave)
    assert Response._meta.db_table not in asked[0]["sql"]


def test_of_a_wave_that_was_counted_before_the_time_was_kept(wave, send, government):
    send(government.licence, government.counter, 5, answered_at=DAYS[1])
    fold(wave)
    LastAnswer.objects.all().delete()
    assert last_answer_at(wave) == DAYS[1]
    send(government.licence, government.counter, 5, answered_at=DAYS[0])
    fold(wave)
    assert last_answer_at(wave) == LastAnswer.objects.get().at == DAYS[1]
