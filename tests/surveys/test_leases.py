"""Work that one process does at a time."""

from datetime import timedelta

import pytest

from surveys import clock
from surveys.leases import LASTS, lease
from surveys.models import Lease

pytestmark = pytest.mark.django_db


def test_who_comes_second_leaves_it():
    with lease("work") as first, lease("work") as second, lease("other work") as other:
        assert (first, second, other) == (True, False, True)
    with lease("work") as again:
        assert again


def test_it_is_given_back_whatever_happens():
    with pytest.raises(ZeroDivisionError), lease("work"):
        raise ZeroDivisionError
    with lease("work") as again:
        assert again


def test_of_a_process_that_died_it_ends_by_itself(monkeypatch):
    begun = clock.now()
    died = lease("work")
    died.__enter__()
    monkeypatch.setattr(clock, "now", lambda: begun + LASTS - timedelta(seconds=1))
    with lease("work") as early:
        assert not early
    monkeypatch.setattr(clock, "now", lambda: begun + LASTS + timedelta(seconds=1))
    with lease("work") as late:
        assert late
        died.__exit__(None, None, None)  # it was not dead after all
        assert Lease.objects.get(name="work").until > clock.now()


def test_a_clock_that_is_wrong_holds_nothing_up(monkeypatch):
    right = clock.now()
    monkeypatch.setattr(clock, "now", lambda: right + timedelta(minutes=5))
    lease("work").__enter__()
    monkeypatch.setattr(clock, "now", lambda: right)
    with lease("work") as ours:
        assert ours
