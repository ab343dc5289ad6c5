"""Attempts are counted each by its name, until they are forgotten or their time is over."""

from django.core.cache import cache

from surveys import attempts


def test_each_name_has_a_count_of_its_own():
    counted = [attempts.count(name, seconds=60) for name in ("a", "a", "b", "a")]
    assert counted == [1, 2, 1, 3]
    attempts.forget("a")
    assert [attempts.count(name, seconds=60) for name in ("a", "b")] == [1, 2]


def test_a_count_whose_time_ends_meanwhile_begins_again(monkeypatch):
    monkeypatch.setattr(type(cache), "add", lambda *_given: False, raising=False)
    assert attempts.count("a", seconds=60) == 1


def test_the_time_is_that_of_the_first_attempt(monkeypatch):
    attempts.count("a", seconds=0)
    assert attempts.count("a", seconds=60) == 1
