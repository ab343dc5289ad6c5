from dataclasses import replace

import numpy as np

from responses.screening.rules.target_time import TargetTime
from tests.responses.screening.conftest import MONDAY, made, office, with_added

DAYS = 90
LAST = MONDAY + DAYS - 1


def ending(answers):
    return replace(answers, ends_on=LAST)


def test_fives_added_in_the_last_days(check):
    added = made(120, day=LAST - np.arange(120) % 10, overall=5)
    answers, is_added = with_added(office(DAYS), added)
    strength, words = check(TargetTime(), ending(answers))
    assert (strength[is_added] == 0.5).all()
    assert not strength[answers.day < LAST - 13].any()
    assert any("in the last 14 days" in said for said in words)


def test_a_service_that_got_better_has_fewer_bad_answers(check):
    answers = office(DAYS)
    better = (answers.day > LAST - 14) & (answers.overall < 5)
    answers = replace(answers, overall=np.where(better, 5, answers.overall).astype(np.int8))
    strength, _words = check(TargetTime(), ending(answers))
    assert not strength.any()


def test_a_rush_before_the_end_brings_all_kinds(check):
    rng = np.random.default_rng(5)
    rush = made(
        300,
        day=LAST - np.arange(300) % 10,
        overall=rng.choice([1, 2, 3, 4, 5], 300, p=[0.03, 0.05, 0.12, 0.4, 0.4]),
    )
    answers, _added = with_added(office(DAYS), rush)
    strength, _words = check(TargetTime(), ending(answers))
    assert not strength.any()


def test_while_the_end_is_far_nothing_is_late(check):
    strength, _words = check(TargetTime(), office(DAYS))
    assert not strength.any()


def test_a_short_wave_has_no_earlier_days_to_compare(check):
    added = made(200, day=MONDAY + 10 + np.arange(200) % 5, overall=5)
    answers, _added = with_added(office(15), added)
    strength, _words = check(TargetTime(), replace(answers, ends_on=MONDAY + 15))
    assert not strength.any()
