"""What simulated citizens write names nobody, and fits how they rated."""

import numpy as np
import pytest

from responses.redaction import redact
from responses.simulation.comments import HIGH, LOW, MIDDLE, SHARE, written


@pytest.mark.parametrize("sentence", [*LOW, *MIDDLE, *HIGH])
def test_nothing_is_taken_out_of_it(sentence):
    assert redact(sentence) == sentence


def test_few_write_and_what_they_felt():
    rng = np.random.default_rng(2570)
    sent = {rating: [written(rng, rating) for _k in range(4000)] for rating in range(1, 6)}
    for rating, among in ((1, LOW), (2, LOW), (3, MIDDLE), (4, HIGH), (5, HIGH)):
        said = {text for text in sent[rating] if text}
        assert said == set(among)
    wrote = np.mean([bool(text) for texts in sent.values() for text in texts])
    assert abs(wrote - SHARE) < 0.005
