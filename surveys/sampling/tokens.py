"""The secret of a citizen's link, and the digest by which a ballot is found."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

TOKEN_BYTES = 20  # 160 random bits
_BALLOT = b"citizen-satisfaction/ballot/1:"


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def ballot_digest(token: str) -> str:
    """The ballot's primary key: 43 characters that lead nobody back to the token."""
    return urlsafe_b64encode(sha256(_BALLOT + token.encode()).digest()).decode().rstrip("=")
