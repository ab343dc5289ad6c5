import numpy as np

from responses.screening.rules.straight_lined import StraightLined
from tests.responses.screening.conftest import made


def test_many_questions_with_the_same_rating_weigh_little(check):
    items = np.full((4, 10), 5)
    items[1, 3] = 4
    items[2, 7:] = 0  # seven rated: not many
    items[3, 8:] = 0  # eight rated
    strength, words = check(StraightLined(), made(4, items=items))
    assert strength.tolist() == [0.1, 0, 0, 0.1]
    assert words == {"All 10 questions rated the same.", "All 8 questions rated the same."}


def test_the_overall_rating_alone_is_no_straight_line(check):
    strength, _words = check(StraightLined(), made(5))
    assert not strength.any()


def test_a_questionnaire_without_further_questions(check):
    strength, _words = check(StraightLined(), made(5, items=np.zeros((5, 0))))
    assert not strength.any()
