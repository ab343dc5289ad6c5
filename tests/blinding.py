"""What a citizen's browser does to get a token [RFC 9474, sections 4.1, 4.2 and 4.4]."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha384

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


@dataclass(frozen=True)
class Blinded:
    prepared: bytes
    sent: bytes
    inverse: int

    def unblinded(self, key: RSAPublicKey, signature: bytes) -> bytes:
        n, size = key.public_numbers().n, (key.key_size + 7) // 8
        return (int.from_bytes(signature, "big") * self.inverse % n).to_bytes(size, "big")


def prepare(message: bytes) -> bytes:
    return secrets.token_bytes(32) + message


def blind(
    key: RSAPublicKey, prepared: bytes, salt: bytes | None = None, inverse: int | None = None
) -> Blinded:
    numbers = key.public_numbers()
    salt = secrets.token_bytes(48) if salt is None else salt
    m = int.from_bytes(encoded(prepared, key.key_size - 1, salt), "big")
    inverse = secrets.randbelow(numbers.n - 2) + 2 if inverse is None else inverse
    r = pow(inverse, -1, numbers.n)
    sent = m * pow(r, numbers.e, numbers.n) % numbers.n
    return Blinded(prepared, sent.to_bytes((key.key_size + 7) // 8, "big"), inverse)


def encoded(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS [RFC 8017, section 9.1.1]."""
    size = (bits + 7) // 8
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    block = bytes(size - len(salt) - len(digest) - 2) + b"\x01" + salt
    mask = _mask(digest, len(block))
    masked = bytearray(a ^ b for a, b in zip(block, mask, strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + digest + b"\xbc"


def _mask(seed: bytes, length: int) -> bytes:
    rounds = -(-length // 48)
    return b"".join(sha384(seed + k.to_bytes(4, "big")).digest() for k in range(rounds))[:length]
