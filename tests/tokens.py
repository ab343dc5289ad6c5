"""A token as a citizen's browser gets it."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode

from surveys.models import Wave
from surveys.verified.issuing import issue, public_key
from tests.blinding import Blinded, blind, prepare


def token_for(wave: Wave, identity: str) -> str:
    blinded = blinded_for(wave)
    return unblinded(wave, blinded, issue(wave, identity, blinded.sent))


def blinded_for(wave: Wave) -> Blinded:
    key = public_key(wave.pk)
    assert key is not None
    return blind(key, prepare(secrets.token_bytes(32)))


def unblinded(wave: Wave, blinded: Blinded, signature: bytes) -> str:
    key = public_key(wave.pk)
    assert key is not None
    return urlsafe_b64encode(blinded.prepared + blinded.unblinded(key, signature)).decode()
