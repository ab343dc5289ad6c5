"""What stating a running wave asks of PostgreSQL."""

import pytest
from django.db import connection, transaction

from analytics.counting import tally
from analytics.counting.stated import restate

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def test_the_planner_is_left_as_it_was(wave, answered):
    tally.fold(wave)
    with transaction.atomic():
        assert restate(wave)
        with connection.cursor() as cursor:
            cursor.execute("SHOW enable_nestloop")
            assert cursor.fetchone() == ("on",)
