"""A token is spent once, in the transaction that stores the answer."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from django.db import connection

from surveys.models import SpentToken, Wave
from surveys.verified.blind_rsa import BITS, PREFIX, is_signed
from surveys.verified.issuing import public_key

MESSAGE = PREFIX + 32
"""What is signed: the prefix, and 32 random bytes of the browser."""
_STATEMENT = f"""
INSERT INTO {SpentToken._meta.db_table} (digest, wave_id) VALUES (%s, %s) ON CONFLICT DO NOTHING
"""  # noqa: S608


def is_token(wave: Wave, token: str) -> bool:
    """Whether the wave's key has signed it."""
    key = public_key(wave.pk)
    octets = _octets(token)
    if key is None or len(octets) != MESSAGE + BITS // 8:
        return False
    return is_signed(key, octets[:MESSAGE], octets[MESSAGE:])


def spend(wave: Wave, token: str) -> bool:
    """False where it was spent before. To be called in the transaction that stores the answer,
    after it, as for ballots. The token must be one (`is_token`)."""
    digest = urlsafe_b64encode(sha256(_octets(token)[:MESSAGE]).digest()).decode().rstrip("=")
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [digest, wave.pk])
        return cursor.rowcount == 1


def _octets(token: str) -> bytes:
    try:
        return urlsafe_b64decode(token)
    except ValueError:
        return b""
