import numpy as np
import pytest

from responses.screening.rules.burst import Burst
from tests.responses.screening.conftest import MONDAY, made, office, with_added

DAY = MONDAY + 40


def at_once(n: int, overall=5, **more):
    return made(n, day=DAY, minute=660 + np.arange(n) % 45, overall=overall, **more)


@pytest.mark.parametrize("n", [20, 60, 200])
def test_fives_at_once_are_set_aside(check, n):
    answers, added = with_added(office(), at_once(n))
    strength, words = check(Burst(), answers)
    assert (strength[added] == 1).mean() > 0.9
    assert any("give the highest rating" in said for said in words)


def test_only_the_excess_is_set_aside(check):
    """Honest answers of the same hour are no more doubted than their number allows."""
    answers, added = with_added(office(a_day=40), at_once(60))
    strength, _words = check(Burst(), answers)
    same_day = ~added & (answers.day == DAY) & (answers.place == 0)
    assert same_day.sum() > 20
    assert (strength[same_day] == 1).sum() <= 5
    assert 45 <= (strength == 1).sum() <= 75


def test_an_honest_busy_hour_is_not_set_aside(check):
    """A coach full of citizens, as content and discontent as everybody."""
    overall = np.random.default_rng(3).choice([1, 2, 3, 4, 5], 60, p=[0.03, 0.05, 0.12, 0.4, 0.4])
    answers, added = with_added(office(), at_once(60, overall))
    strength, words = check(Burst(), answers)
    assert strength[added].any()
    assert strength.max() == 0.2
    assert any(said.startswith("60 answers within") or "in one day" in said for said in words)


def test_a_usual_day_with_good_ratings_is_not_doubted(check):
    answers = office()
    ratings = np.where((answers.day == DAY) & (answers.place == 0), 5, answers.overall)
    strength, _words = check(
        Burst(),
        made(
            len(answers),
            day=answers.day,
            overall=ratings,
            minute=answers.minute,
            place=answers.place,
        ),
    )
    assert strength.max() < 1


def test_an_office_in_its_everyday_life(check):
    strength, _words = check(Burst(), office(days=120, a_day=15))
    assert (strength >= 1).sum() == 0


def test_drawn_answers_are_exempt(check):
    answers, added = with_added(office(), at_once(60, drawn=True))
    strength, _words = check(Burst(), answers)
    assert not strength[added].any()


def test_no_answers(check):
    strength, words = check(Burst(), made(0))
    assert (len(strength), words) == (0, set())


def test_a_place_without_a_history_is_not_judged_by_it(check):
    """On the first day of a survey everything is new."""
    fives = made(60, minute=660 + np.arange(60) % 45, overall=np.where(np.arange(60) % 3, 5, 2))
    strength, _words = check(Burst(), fives)
    assert not strength.any()


def test_a_link_that_nobody_used_before_has_the_history_of_its_neighbours(check):
    answers, added = with_added(office(), made(60, day=MONDAY + 59, overall=5, place=2))
    strength, _words = check(Burst(), answers)
    assert (strength[added] == 1).mean() > 0.8
