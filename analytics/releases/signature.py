"""A release's signature: its list of digests, under the key that signs the platform's logs.

A note (C2SP signed-note) whose text no log's checkpoint could be: it has no size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.utils.translation import gettext as _

from responses.ledger.cosigning import host, signed
from responses.ledger.notes import NoteError, Verifier, parts_of

SUMS = "SHA256SUMS"
SIGNATURE = "SIGNATURE"


def sign(code: str, number: int, sums: bytes) -> bytes:
    return signed(_text(host(), code, number, sums)).encode()


def fault(parts: Mapping[str, bytes], code: str, number: int, key: Verifier) -> str:
    """What is wrong with the signature: blank where this key signed these digests, of this
    release."""
    if SIGNATURE not in parts:
        return _("it is not signed")
    try:
        note = parts[SIGNATURE].decode()
        text, _signatures = parts_of(note)
        if text == _text(key.name, code, number, parts.get(SUMS, b"")):
            return "" if key.time_of(note) is not None else _("it is another key’s")
    except (UnicodeDecodeError, NoteError) as error:
        return str(error)
    return _("it is of something else")


def _text(name: str, code: str, number: int, sums: bytes) -> str:
    return f"{name}/release/{code}/{number}\n{SUMS}\n{hashlib.sha256(sums).hexdigest()}\n"
