import numpy as np

from responses.screening.columns import UNKNOWN
from responses.screening.rules.too_fast import TooFast
from tests.responses.screening.conftest import made


def test_sooner_than_the_question_can_be_read(check):
    strength, words = check(TooFast(), made(4, seconds=np.array([0, 1, 2, 40])))
    assert strength.tolist() == [0.5, 0.5, 0, 0]
    assert words == {"Answered in less than a second.", "Answered in 1 second."}


def test_where_no_time_was_taken_nothing_is_said(check):
    strength, _words = check(TooFast(), made(3, seconds=UNKNOWN))
    assert not strength.any()
