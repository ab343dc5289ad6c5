"""RSA blind signatures, RSABSSA-SHA384-PSS-Randomized [RFC 9474]: what the issuer and the receiver
do. Whoever asks for a token blinds and unblinds it in the browser (static/js/verified.js)."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384

from surveys.verified.powers import power

EXPONENT, BITS = 65537, 2048
PREFIX = 32
"""Random bytes before each message, so that a signer who chose a weak key learns nothing."""
SALT = 48


class NotBlinded(Exception):
    """No message that this key could sign."""


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(EXPONENT, BITS)


def blind_sign(key: rsa.RSAPrivateKey, blinded: bytes) -> bytes:
    """Sign what nobody but the sender can read [section 4.3]. Raise NotBlinded."""
    numbers = key.private_numbers()
    e, n = numbers.public_numbers.e, numbers.public_numbers.n
    message, size = int.from_bytes(blinded, "big"), (key.key_size + 7) // 8
    if len(blinded) != size or not 1 < message < n - 1:
        raise NotBlinded
    # Where powers take longer for some numbers (powers.py), the time must tell nothing of the key:
    # what is raised is blinded once more.
    r = secrets.randbelow(n - 2) + 2
    signature = _raised(message * pow(r, e, n) % n, numbers) * pow(r, -1, n) % n
    if pow(signature, e, n) != message:
        raise RuntimeError("the signature does not fit its key")
    return signature.to_bytes(size, "big")


def _raised(message: int, key: rsa.RSAPrivateNumbers) -> int:
    """message ^ d, by the two primes."""
    by_p = power(message, key.dmp1, key.p)
    by_q = power(message, key.dmq1, key.q)
    return by_q + key.q * ((by_p - by_q) * key.iqmp % key.p)


def is_signed(key: rsa.RSAPublicKey, prepared: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature of a message with its prefix [section 4.5]."""
    try:
        key.verify(signature, prepared, padding.PSS(padding.MGF1(SHA384()), SALT), SHA384())
    except InvalidSignature:
        return False
    return True
