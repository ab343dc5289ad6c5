from dataclasses import replace

import numpy as np

from responses.screening.rules.near_copies import NearCopies
from surveys.screening import RULES
from tests.responses.screening.conftest import MONDAY, made, office, with_added

TEMPLATE = np.array([5, 4, 5, 5, 4, 5, 4, 5, 5, 4])


def copies(n: int, noise: bool = True, **more):
    items = np.tile(TEMPLATE, (n, 1))
    if noise:
        items[np.arange(0, n, 3), np.arange(0, n, 3) % 10] = 3
    return made(n, day=MONDAY + 30, items=items, others=np.tile([1, 2], (n, 1)), overall=5, **more)


def test_copies_with_small_changes(check):
    answers, added = with_added(office(), copies(15))
    strength, words = check(NearCopies(), answers)
    assert (strength[added] == 1).mean() > 0.9
    assert not strength[~added].any()
    assert any("nearly equal answers in one day" in said for said in words)


def test_a_pattern_that_many_citizens_choose_is_no_copy(check):
    """Half of all rate everything five, everywhere: so may those of one day."""
    answers = office(days=90)
    rng = np.random.default_rng(4)
    alike = rng.random(len(answers)) < 0.5
    items = np.where(alike[:, None], 5, answers.items)
    answers = made(
        len(answers),
        day=answers.day,
        place=answers.place,
        items=items,
        others=np.ones((len(answers), 2)),
    )
    strength, _words = check(NearCopies(), answers)
    assert not strength.any()


def test_few_copies_may_be_chance(check):
    answers, added = with_added(office(), copies(4, noise=False))
    strength, _words = check(NearCopies(), answers)
    assert not strength[added].any()


def test_all_that_came_in_a_week_may_be_copies(check):
    """Elsewhere one answer a week."""
    fewest, others = RULES["near_copies"]["copies"], office()
    others = replace(others, day=MONDAY + 7 * np.arange(len(others)))
    for number in (fewest - 1, fewest):
        answers, added = with_added(others, copies(number, noise=False, place=7))
        strength, _words = check(NearCopies(), answers)
        assert strength[added].any() == (number == fewest)


def test_answers_to_the_overall_question_alone_are_never_copies(check):
    strength, _words = check(NearCopies(), made(200))
    assert not strength.any()


def test_drawn_answers_are_exempt(check):
    answers, added = with_added(office(), copies(15, drawn=True))
    strength, _words = check(NearCopies(), answers)
    assert not strength[added].any()


def test_the_angry_of_one_day_rate_everything_low_alike(check):
    """Where most low answers elsewhere are alike too, those of one day are no copies."""
    answers = office(days=120, a_day=12)
    flat = np.where((answers.overall == 1)[:, None], 1, answers.items)
    answers = replace(answers, items=flat.astype(np.int8))
    k = np.arange(40)
    others = np.stack([1 + k % 3, 1 + k // 3 % 3], axis=1)
    angry = made(40, day=MONDAY + 30, overall=1, items=np.ones((40, 10)), others=others)
    answers, added = with_added(answers, angry)
    assert (check(NearCopies(), answers, alike_below=0)[0][added] == 1).any()
    strength, _words = check(NearCopies(), answers)
    assert not strength[added].any()
