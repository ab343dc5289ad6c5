import numpy as np

from responses.screening.rules.same_pace import SamePace
from tests.responses.screening.conftest import MONDAY, made, office, with_added

DAY = MONDAY + 20


def paced(n: int, overall=5, **more):
    return made(
        n, day=DAY, minute=540 + 20 * np.arange(n), overall=overall, **{"seconds": 31, **more}
    )


def test_a_program_takes_the_same_time_each_time(check):
    answers, added = with_added(office(), paced(20))
    strength, words = check(SamePace(), answers)
    assert (strength[added] == 1).all()
    assert not strength[~added & (answers.seconds != 31)].any()
    assert any("exactly 31 seconds" in said for said in words)


def test_a_common_pace_is_common(check):
    strength, _words = check(SamePace(), office(days=120, a_day=40))
    assert not strength.any()


def test_the_same_pace_with_all_kinds_of_ratings_is_a_weak_sign(check):
    answers, added = with_added(office(), paced(20, overall=np.array([5, 4, 3, 4, 2] * 4)))
    strength, _words = check(SamePace(), answers)
    assert set(strength[added]) == {0.4}


def test_drawn_answers_are_exempt(check):
    answers, added = with_added(office(), paced(20, drawn=True))
    strength, _words = check(SamePace(), answers)
    assert not strength[added].any()


def test_a_program_with_ones_is_found_and_the_quick_angry_are_not(check):
    answers, added = with_added(office(a_day=3), paced(20, overall=1))
    strength, _words = check(SamePace(), answers)
    assert (strength[added] == 1).all()
    others = made(60, day=DAY, minute=540 + np.arange(60), overall=1, seconds=50 + np.arange(60))
    answers, _others = with_added(answers, others)
    strength, _words = check(SamePace(), answers)
    assert strength.max() == 0.4
