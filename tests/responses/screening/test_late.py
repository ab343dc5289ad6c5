import numpy as np

from responses.screening.rules.late import Late
from tests.responses.screening.conftest import made

HOUR = 3600


def handed_in(hours, **fields):
    answers = made(len(hours), sender=1, **fields)
    object.__setattr__(answers, "arrived", answers.moment + HOUR * np.array(hours))
    return answers


def test_beyond_the_limit_high_and_low_alike(check):
    answers = handed_in([0, 48, 49, 49, 500], overall=np.array([5, 5, 5, 1, 3]))
    strength, words = check(Late(), answers)
    assert strength.tolist() == [0, 0, 1, 1, 1]
    assert "Handed in up to 3 days after it was answered." in words


def test_files_and_pages_name_no_sender(check):
    strength, _words = check(Late(), made(3, arrived=np.full(3, 10**10)))
    assert not strength.any()


def test_a_drawn_citizens_day_is_not_its_time(check):
    strength, _words = check(Late(), handed_in([500], drawn=True))
    assert not strength.any()
