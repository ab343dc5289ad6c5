"""What says who a citizen is lies encrypted in the database, never in the clear."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _


class UnsealError(Exception):
    """None of the keys opens it: CONTACT_KEYS lacks the one that it was sealed with."""


def seal(content: dict[str, Any]) -> bytes:
    return seal_bytes(json.dumps(content, ensure_ascii=False).encode())


def unseal(sealed: bytes | memoryview) -> dict[str, Any]:
    """Raise UnsealError."""
    content: dict[str, Any] = json.loads(unseal_bytes(sealed))
    return content


def seal_bytes(content: bytes) -> bytes:
    return _box().encrypt(content)


def unseal_bytes(sealed: bytes | memoryview) -> bytes:
    """Raise UnsealError."""
    try:
        return _box().decrypt(bytes(sealed))
    except InvalidToken as error:
        raise UnsealError(_("None of the CONTACT_KEYS opens this. Add the older key.")) from error


def reseal(sealed: bytes | memoryview) -> bytes:
    """The same content under the newest key. Raise UnsealError."""
    try:
        return _box().rotate(bytes(sealed))
    except InvalidToken as error:
        raise UnsealError(_("None of the CONTACT_KEYS opens this. Add the older key.")) from error


def _box() -> MultiFernet:
    return _box_of(tuple(settings.CONTACT_KEYS))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
