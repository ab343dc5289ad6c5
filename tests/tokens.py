"""A token as a citizen's browser gets it."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode

from surveys.models import Wave
from surveys.verified.issuing import issue, public_key
from tests.blinding import blind, prepare


def token_for(wave: Wave, identity: str) -> str:
    key = public_key(wave.pk)
    assert key is not None
    blinded = blind(key, prepare(secrets.token_bytes(32)))
    signature = blinded.unblinded(key, issue(wave, identity, blinded.sent))
    return urlsafe_b64encode(blinded.prepared + signature).decode()
