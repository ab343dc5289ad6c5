"""What is learnt from rated comments: it tells complaints apart, and keeps nobody's words."""

import random

import numpy as np
import pytest

from responses.comments.learning import (
    FEWEST_COMMENTS,
    complains,
    known_runs,
    learn,
    macro_f1,
    runs_of,
)
from responses.comments.searching import letters_of

BAD = ("รอนาน", "พูดไม่ดี", "ระบบล่ม", "rude staff", "แพงไป")
GOOD = ("รวดเร็ว", "สุภาพมาก", "ประทับใจ", "quick and kind", "สะดวกดี")
NEUTRAL = ("ที่สำนักงาน", "วันจันทร์", "ตอนบ่าย", "for a licence", "ต่อทะเบียน")


def written(seed: int, number: int, share_low: float = 0.3) -> tuple[list[str], np.ndarray]:
    rng = random.Random(seed)
    low = [rng.random() < share_low for _k in range(number)]
    said = [
        letters_of(
            f"{rng.choice(NEUTRAL)} {rng.choice(BAD if each else GOOD)} {rng.choice(NEUTRAL)}"
        )
        for each in low
    ]
    return said, np.array(low)


def test_it_tells_complaints_it_has_not_seen_apart():
    weights = learn(*written(1, 400))
    said, low = written(2, 200)
    marks = np.array([complains(letters, weights) for letters in said])
    assert macro_f1(low, marks > 50) > 0.95
    assert marks[low].min() > marks[~low].max() - 20


def test_few_complaints_are_not_drowned_by_many_thanks():
    weights = learn(*written(3, 1_000, share_low=0.03))
    assert complains(letters_of("รอนาน ตอนบ่าย"), weights) > 50
    assert complains(letters_of("ประทับใจ ตอนบ่าย"), weights) < 50


def test_words_that_it_does_not_know_say_nothing():
    weights = learn(*written(1, 400))
    assert complains(letters_of("ҖҖҖ"), weights) == 50
    assert complains("", weights) == 50


@pytest.mark.parametrize("times", [FEWEST_COMMENTS - 1, FEWEST_COMMENTS])
def test_what_few_wrote_is_not_kept(times):
    """A name that nine comments hold leaves no run of its letters; ten are enough."""
    said, low = written(1, 400)
    name = "ฌฎฏฐฑฒ"
    before = runs_of(name) & set(known_runs(said))
    said = [letters + name * (k < times) for k, letters in enumerate(said)]
    weights = learn(said, low)
    own = {run for run in weights if set(run) & set(name)}
    assert not before
    assert bool(own) == (times >= FEWEST_COMMENTS)


def test_no_run_is_longer_than_four_letters_and_they_tell_no_order_of_coming():
    said, _low = written(1, 400)
    runs = known_runs(said)
    assert max(map(len, runs)) == 4
    assert runs == sorted(runs) == known_runs(said[::-1])


def test_macro_f1_is_the_mean_of_both_classes():
    low = np.array([True, True, False, False, False])
    assert macro_f1(low, np.array([True, False, False, False, True])) == pytest.approx(
        (0.5 + 2 / 3) / 2
    )
    assert macro_f1(low, ~low) == 0
    assert macro_f1(low, low) == 1


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5])
def test_guessing_gives_a_half_at_most(share):
    rng = np.random.default_rng(2570)
    low = rng.random(20_000) < share
    for guessed in (0, 0.05, 0.3, 0.5, 1):
        assert macro_f1(low, rng.random(20_000) < guessed) < 0.51
