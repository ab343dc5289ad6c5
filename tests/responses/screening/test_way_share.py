import numpy as np

from responses.screening.columns import WAYS
from responses.screening.rules.way_share import WayShare
from tests.responses.screening.conftest import MONDAY, made, office, with_added

WEB, KIOSK, EMBED = (WAYS.index(name) for name in ("web", "kiosk", "embed"))


def by_two_ways(**fields):
    """Four answers in five by the page, one in five by another website."""
    answers = office(**fields)
    way = np.where(np.arange(len(answers)) % 5, WEB, EMBED)
    object.__setattr__(answers, "way", way)
    return answers


def in_a_week(n, overall, way=EMBED):
    return made(n, day=MONDAY + 42 + np.arange(n) % 7, overall=overall, way=np.full(n, way))


def test_honest_ways_side_by_side(check):
    assert not check(WayShare(), by_two_ways())[0].any()


def test_fives_by_one_way_in_one_week(check):
    answers, is_added = with_added(by_two_ways(), in_a_week(200, 5))
    strength, words = check(WayShare(), answers)
    assert (strength[is_added] == 0.1).all()
    assert not strength[answers.way == WEB].any()
    assert any("another website" in said for said in words)


def test_a_new_way_that_brings_all_kinds(check):
    mixed = np.random.default_rng(4).choice([1, 2, 3, 4, 5], 200, p=[0.03, 0.05, 0.12, 0.4, 0.4])
    answers, _added = with_added(by_two_ways(), in_a_week(200, mixed, KIOSK))
    assert not check(WayShare(), answers)[0].any()


def test_low_ratings_are_never_doubted(check):
    answers, is_added = with_added(by_two_ways(), in_a_week(200, 1))
    assert not check(WayShare(), answers)[0][is_added].any()


def test_where_there_is_one_way_its_share_cannot_jump(check):
    answers, _added = with_added(office(), in_a_week(200, 5, WEB))
    assert not check(WayShare(), answers)[0].any()


def test_a_few_weeks_are_no_history(check):
    answers, _added = with_added(by_two_ways(days=27), made(200, day=MONDAY, way=EMBED, overall=5))
    assert not check(WayShare(), answers)[0].any()
