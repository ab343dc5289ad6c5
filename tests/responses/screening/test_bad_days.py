"""An outage is told by those who met it: honest anger is never set aside for coming at once."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.screening import HONEST_DAYS, honest
from responses.screening.bad_days import on_a_bad_day
from responses.screening.columns import Columns
from responses.screening.judging import judge
from surveys.screening import RULES_VERSION, VERSIONS, Screening
from tests.responses.screening.conftest import MONDAY, made, office, with_added

FIRST = Screening("2026.1", rules=VERSIONS["2026.1"])
OUTAGES = [way for way in HONEST_DAYS if "outage" in way.__doc__]
GOOD_DAYS = [way for way in HONEST_DAYS if "outage" not in way.__doc__]


def judged(way, declared, seed=20261128):
    sys.stdout.write(f"seed {seed}\n")
    answers = honest(np.random.default_rng(seed))
    day = way(np.random.default_rng(seed + 1), answers)
    day = replace(day, pk=np.arange(len(day)) + 10**7)
    mixed = Columns.joined([answers, day]).in_order()
    return mixed, mixed.pk >= 10**7, judge(mixed, declared)


@pytest.mark.parametrize("way", OUTAGES, ids=lambda way: way.__name__)
def test_an_outage_counts_in_full(way):
    mixed, _added, found = judged(way, Screening())
    assert not (found.set_aside & (mixed.overall <= 3)).any()
    assert not found.alarm
    for name in ("burst", "target_time"):
        assert not (mixed.overall[found.found[name].rows] <= 3).any()


def test_the_first_rules_doubted_it_and_waves_that_declared_them_still_do():
    mixed, added, found = judged(OUTAGES[0], FIRST)
    assert (found.set_aside & added & (mixed.overall <= 3)).sum() > 90


@pytest.mark.parametrize("way", GOOD_DAYS, ids=lambda way: way.__name__)
def test_a_very_good_day_mostly_counts(way):
    _mixed, added, found = judged(way, Screening())
    assert found.set_aside[added].mean() < 0.3


def test_praise_at_once_is_doubted_beside_anger_at_once():
    fives = made(60, day=MONDAY + 40, minute=660 + np.arange(60) % 45, overall=5)
    answers, added = with_added(office(), fives)
    found = judge(answers, Screening())
    assert found.set_aside[added].mean() > 0.9
    assert not (found.set_aside & (answers.overall <= 3)).any()


def test_a_bad_day_takes_many_devices_and_mostly_low_ratings():
    ones = {"day": MONDAY + np.arange(24) // 12, "overall": np.tile([1] * 8 + [5] * 4, 2)}
    many = made(24, **ones)
    assert on_a_bad_day(many, 8).sum() == 16
    assert on_a_bad_day(many, 9).sum() == 0
    assert on_a_bad_day(replace(many, device=np.full(24, 7)), 2).sum() == 0
    assert on_a_bad_day(replace(many, device=np.zeros(24, int)), 8).sum() == 16
    content = made(24, day=ones["day"], overall=np.tile([1] * 6 + [5] * 6, 2))
    assert on_a_bad_day(content, 2).sum() == 0


def test_every_version_can_be_declared():
    for version, rules in VERSIONS.items():
        declared = {"version": version, "threshold": 1.0, "rules": rules}
        assert Screening.from_dict(declared).rules == rules
    assert list(VERSIONS) == ["2026.1", "2026.2", RULES_VERSION], (
        "waves keep the version that they declared: add the last one to this list"
    )
