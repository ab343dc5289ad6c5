"""OpenSSL's powers are Python's."""

import random

import pytest

from surveys.verified import powers


def test_openssl_is_reached():
    assert powers._openssl() is not None


@pytest.mark.parametrize("bits", [8, 61, 1024, 2048])
def test_both_ways_agree(bits, monkeypatch):
    seed = random.SystemRandom().randrange(2**32)
    rng = random.Random(seed)
    for _k in range(20):
        modulus = rng.getrandbits(bits) | 1 | 1 << bits
        base, exponent = rng.getrandbits(bits + 9), rng.getrandbits(bits)
        assert powers.power(base, exponent, modulus) == pow(base, exponent, modulus), seed
    with monkeypatch.context() as without:
        without.setattr(powers, "_openssl", lambda: None)
        assert powers.power(base, exponent, modulus) == pow(base, exponent, modulus), seed


@pytest.mark.parametrize(("base", "exponent"), [(0, 5), (5, 0), (0, 0), (1, 1)])
def test_small_numbers(base, exponent):
    assert powers.power(base, exponent, 9) == pow(base, exponent, 9)
