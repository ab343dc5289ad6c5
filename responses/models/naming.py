"""How a comment is called in addresses: keys are given in the order in which answers come, and
would tell an agency who came first, and which day where the page tells the month."""

from __future__ import annotations

from base64 import b32decode, b32encode
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.http import Http404

BLOCK = 16
_PADDING = "======"


def name_of(key: int) -> str:
    block = _cipher().encryptor().update(key.to_bytes(BLOCK, "big"))
    return b32encode(block).decode().rstrip("=").lower()


def key_of(name: str) -> int:
    """Raise Http404 for what is no comment's name."""
    try:
        block = b32decode(name.upper() + _PADDING)
    except ValueError:
        raise Http404 from None
    key = int.from_bytes(_cipher().decryptor().update(block), "big")
    if len(block) != BLOCK or key >= 1 << 63:
        raise Http404
    return key


def _cipher() -> Cipher[modes.ECB]:
    """Each key is one block: there is no pattern of several to be seen."""
    secret = sha256(b"responses.comments.naming\0" + settings.SECRET_KEY.encode()).digest()
    return Cipher(algorithms.AES(secret), modes.ECB())  # noqa: S305
