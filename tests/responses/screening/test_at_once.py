import numpy as np

from responses.screening.rules.at_once import AtOnce
from tests.responses.screening.conftest import MONDAY, UNIX, made, office, with_added

DAY = 86_400


def nightly(days=60, sender=1):
    """An office whose program hands in each day's answers at midnight."""
    answers = office(days)
    n = len(answers)
    object.__setattr__(answers, "sender", np.full(n, sender))
    object.__setattr__(answers, "arrived", (answers.day - UNIX) * DAY + 15 * 3600)
    return answers


def pile(n, overall, back=10):
    """Handed in together on day 40, about the days before."""
    added = made(n, day=MONDAY + 40 - np.arange(n) % back, overall=overall, sender=1)
    object.__setattr__(added, "arrived", np.full(n, (MONDAY + 40 - UNIX) * DAY + 15 * 3600))
    return added


def test_a_batch_each_night_is_nothing_special(check):
    strength, _words = check(AtOnce(), nightly())
    assert not strength.any()


def test_a_pile_of_fives_spread_over_ten_days(check):
    answers, is_added = with_added(nightly(), pile(300, 5))
    strength, words = check(AtOnce(), answers)
    assert (strength[is_added] == 1).mean() > 0.95
    assert (strength[~is_added] == 1).sum() <= 15  # of the same day, by the same sender
    assert any("answers from one sender in one day" in said for said in words)


def test_low_ratings_are_never_doubted(check):
    answers, is_added = with_added(nightly(), pile(300, 1))
    strength, _words = check(AtOnce(), answers)
    assert not strength[is_added].any()


def test_an_honest_backlog_brings_all_kinds(check):
    mixed = np.random.default_rng(3).choice([1, 2, 3, 4, 5], 300, p=[0.03, 0.05, 0.12, 0.4, 0.4])
    answers, _added = with_added(nightly(), pile(300, mixed))
    strength, _words = check(AtOnce(), answers)
    assert strength.max() < 1


def test_a_sender_without_history_is_left_to_other_rules(check):
    answers, _added = with_added(office(), pile(300, 5))
    strength, _words = check(AtOnce(), answers)
    assert not strength.any()


def test_nobody_has_sent(check):
    assert not check(AtOnce(), office())[0].any()
