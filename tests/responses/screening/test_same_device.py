import numpy as np

from responses.screening.rules.same_device import SameDevice
from tests.responses.screening.conftest import MONDAY, made, office, with_added

DAYS = MONDAY + np.arange(30)


def test_one_device_with_fives_day_after_day(check):
    answers, added = with_added(office(), made(30, day=DAYS, device=999_999, overall=5))
    strength, words = check(SameDevice(), answers)
    assert (strength[added] == 1).sum() == 27  # the first three are as good as anybody's
    assert not strength[~added].any()
    assert any(said.startswith("30 answers from one device on 30 days") for said in words)


def test_citizens_behind_one_network_are_doubted_a_little_and_never_set_aside(check):
    answers = office()
    rng = np.random.default_rng(1)
    device = np.where(rng.random(len(answers)) < 0.4, 7, answers.device + 100)
    answers = made(
        len(answers), day=answers.day, overall=answers.overall, device=device, place=answers.place
    )
    strength, _words = check(SameDevice(), answers)
    assert 0 < strength.max() < 0.5


def test_a_kiosk_is_there_for_many_people(check):
    fives = made(30, day=DAYS, device=999_999, overall=5, kiosk=True)
    answers, added = with_added(office(), fives)
    strength, _words = check(SameDevice(), answers)
    assert not strength[added].any()


def test_drawn_answers_are_exempt(check):
    fives = made(30, day=DAYS, device=999_999, overall=5, drawn=True)
    answers, added = with_added(office(), fives)
    strength, _words = check(SameDevice(), answers)
    assert not strength[added].any()


def test_ones_by_a_malicious_device_are_found_too(check):
    answers, added = with_added(office(), made(20, day=DAYS[:20], device=999_999, overall=1))
    strength, words = check(SameDevice(), answers)
    assert (strength[added] == 1).sum() == 17
    assert any("lowest rating" in said for said in words)
