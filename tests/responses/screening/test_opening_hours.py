import numpy as np

from responses.screening.columns import UNKNOWN
from responses.screening.rules.opening_hours import OpeningHours
from tests.responses.screening.conftest import made

NIGHT = 60 * 23 + 30


def test_at_night_about_a_counter(check):
    minute = np.array([NIGHT, 60 * 6 - 1, 60 * 6, 60 * 20 - 1, 60 * 20])
    strength, words = check(OpeningHours(), made(5, minute=minute))
    assert strength.tolist() == [0.3, 0.3, 0, 0, 0.3]
    assert "Answered between 23:00 and 24:00." in words


def test_online_services_never_close(check):
    strength, _words = check(OpeningHours(), made(3, minute=NIGHT, in_person=False))
    assert not strength.any()


def test_a_drawn_citizen_may_answer_at_any_time(check):
    strength, _words = check(OpeningHours(), made(3, minute=NIGHT, drawn=True))
    assert not strength.any()


def test_a_file_that_knows_the_day_alone(check):
    strength, _words = check(OpeningHours(), made(3, minute=UNKNOWN))
    assert not strength.any()
