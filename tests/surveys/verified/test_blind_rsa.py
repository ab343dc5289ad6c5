"""The vectors of RFC 9474, appendix A, and what must be refused."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from surveys.verified.blind_rsa import NotBlinded, blind_sign, is_signed, new_key
from tests.blinding import blind, prepare

VECTORS = json.loads(Path(__file__).with_name("rfc9474.json").read_text())
KEY = new_key()


def key_of(vector) -> rsa.RSAPrivateKey:
    p, q, n, e, d = (int(vector[name], 16) for name in "pqned")
    public = rsa.RSAPublicNumbers(e, n)
    parts = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *parts, public).private_key()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["variant"])
def test_the_vectors_of_the_rfc(vector):
    key, given = key_of(vector), {k: v for k, v in vector.items() if k != "variant"}
    octets = {name: bytes.fromhex(text) for name, text in given.items()}
    prepared = octets["msg_prefix"] + octets["msg"]
    assert prepared == octets["prepared_msg"]
    inverse = int(vector["inv"], 16)
    blinded = blind(key.public_key(), prepared, octets["salt"], inverse)
    assert blinded.sent == octets["blinded_msg"]
    signature = blind_sign(key, blinded.sent)
    assert signature == octets["blind_sig"]
    finished = blinded.unblinded(key.public_key(), signature)
    assert finished == octets["sig"]
    assert is_signed(key.public_key(), prepared, finished) == bool(octets["salt"])


def test_all_four_variants_are_there():
    assert len({vector["variant"] for vector in VECTORS}) == len(VECTORS) == 4


def test_what_is_signed_is_another_message_for_no_other_key():
    blinded = blind(KEY.public_key(), prepare(b"a token"))
    signature = blinded.unblinded(KEY.public_key(), blind_sign(KEY, blinded.sent))
    assert is_signed(KEY.public_key(), blinded.prepared, signature)
    assert not is_signed(KEY.public_key(), blinded.prepared + b".", signature)
    assert not is_signed(new_key().public_key(), blinded.prepared, signature)
    assert not is_signed(KEY.public_key(), blinded.prepared, b"short")


def test_one_message_blinded_twice_is_sent_as_two():
    prepared = prepare(b"a token")
    assert len({blind(KEY.public_key(), prepared).sent for _k in range(8)}) == 8


@pytest.mark.parametrize(
    "sent", [b"", bytes(256), bytes(255) + b"\x01", b"\xff" * 256, b"\x01" * 257]
)
def test_what_no_key_could_sign_is_refused(sent):
    with pytest.raises(NotBlinded):
        blind_sign(KEY, sent)
