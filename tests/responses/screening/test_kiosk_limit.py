import numpy as np

from responses.screening.rules.kiosk_limit import KioskLimit
from tests.responses.screening.conftest import MONDAY, made


def tapped(n, **fields):
    given = {"kiosk": np.ones(n, bool), "sender": 1, "overall": 5, "minute": 600}
    return made(n, **given | fields)


def test_the_first_of_an_hour_count(check):
    strength, words = check(KioskLimit(), tapped(120))
    assert (strength == 1).sum() == 30
    assert words == {"More than 90 answers on one kiosk within an hour."}


def test_low_ratings_count_however_many(check):
    strength, _words = check(KioskLimit(), tapped(120, overall=1))
    assert not strength.any()


def test_a_day_has_its_own_limit(check):
    n = 900  # 60 an hour for fifteen hours
    strength, words = check(KioskLimit(), tapped(n, minute=300 + np.arange(n)))
    assert (strength == 1).sum() == 400
    assert words == {"More than 500 answers on one kiosk within a day."}


def test_two_kiosks_and_two_days_are_told_apart(check):
    both = tapped(120, sender=np.arange(120) % 2 + 1)
    assert not check(KioskLimit(), both)[0].any()
    days = tapped(120, day=MONDAY + np.arange(120) % 2)
    assert not check(KioskLimit(), days)[0].any()


def test_a_page_is_no_kiosk(check):
    answers = made(200, overall=5, minute=600)
    assert not check(KioskLimit(), answers)[0].any()
