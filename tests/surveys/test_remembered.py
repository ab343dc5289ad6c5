"""Lookups are remembered for a few seconds; what changes here is seen at once."""

import pytest

from surveys import remembered
from surveys.models import Channel


@pytest.fixture
def lookups(government):
    asked = []

    @remembered.remembered
    def lookup(code: str) -> Channel | None:
        asked.append(code)
        return Channel.objects.filter(code=code).first()

    return lookup, asked


def test_the_second_time_nothing_is_looked_up(lookups):
    lookup, asked = lookups
    assert lookup("counter") == lookup("counter")
    assert lookup("fax") is lookup("fax") is None
    assert asked == ["counter", "fax"]


def test_a_change_is_seen_at_once(lookups, government):
    lookup, _asked = lookups
    lookup("counter")
    government.counter.name_en = "Desk"
    government.counter.save()
    assert lookup("counter").name_en == "Desk"


def test_what_another_process_changes_is_seen_in_time(lookups, monkeypatch):
    lookup, _asked = lookups
    lookup("counter")
    Channel.objects.filter(code="counter").update(name_en="Desk")
    assert lookup("counter").name_en != "Desk"
    now = remembered.time.monotonic()
    monkeypatch.setattr(remembered.time, "monotonic", lambda: now + remembered.LIFETIME)
    assert lookup("counter").name_en == "Desk"


def test_what_is_held_is_bounded(lookups, monkeypatch):
    lookup, _asked = lookups
    monkeypatch.setattr(remembered, "LIMIT", 3)
    for code in "abcdefg":
        lookup(code)
    assert len(remembered._memory.answers) <= 3


def test_what_is_asked_with_a_long_text_is_not_held(lookups):
    lookup, asked = lookups
    long = "a" * (remembered.TEXT_LIMIT + 1)
    held = len(remembered._memory.answers)
    assert lookup(long) is lookup(code=long) is None
    assert asked == [long, long]
    assert len(remembered._memory.answers) == held
