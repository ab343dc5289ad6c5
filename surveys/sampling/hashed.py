"""The agencies' own numbers and citizens' addresses as keyed hashes, under a key of each wave."""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode

from surveys.models import Wave, WaveKey
from surveys.sampling.sealing import seal_bytes, unseal_bytes

PERSON = 20
"""Characters of a contact's mark that are of the address alone."""
DOTLESS = ("gmail.com", "googlemail.com")


def person_of(mark: str) -> str:
    return mark[:PERSON]


def _mailbox(address: str) -> str:
    local, _at, domain = address.rpartition("@")
    return f"{local.replace('.', '')}@{DOTLESS[0]}" if domain in DOTLESS else address


class WaveHash:
    """The keyed hash of one wave. Without its key nobody can say whose number a hash is of, though
    numbers and addresses could all be tried."""

    def __init__(self, wave: Wave) -> None:
        """Raise WaveKey.DoesNotExist for a wave that has planned no draw, or has closed."""
        self._key = unseal_bytes(WaveKey.objects.get(wave=wave).sealed)

    def encounter(self, agency_code: str, number: str) -> str:
        return self._hash(b"encounter", agency_code, number)

    def contact(self, kind: str, address: str, language: str) -> str:
        """Shorter: it tells a repeat from a change, and one mailbox on many encounters. What stands
        after a plus sign is the same mailbox, and dots are nothing to Gmail. The language is a part
        of its own: whoever is written to in two is one person (`person_of`)."""
        if kind == "email":
            address = _mailbox(re.sub(r"\+[^@]*@", "@", address).lower())
        return self._hash(b"contact", kind, address)[:PERSON] + language

    def _hash(self, about: bytes, *parts: str) -> str:
        message = b"\0".join([about, *(part.encode() for part in parts)])
        digest = hmac.digest(self._key, message, "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")


def make_wave_key(wave: Wave) -> None:
    """Unless it has one."""
    if not WaveKey.objects.filter(wave=wave).exists():
        WaveKey.objects.create(wave=wave, sealed=seal_bytes(secrets.token_bytes(32)))
