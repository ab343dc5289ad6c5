"""Signed notes: checkpoints of a log, and what witnesses say of them, as text that others read.

By C2SP's signed-note, tlog-checkpoint and tlog-cosignature (v1), with Ed25519.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG, WITNESS = 1, 4
"""Of a key: what its signatures are, Ed25519 over the text, or a cosignature with its time."""
DASH = "\N{EM DASH} "
MOST_BYTES = 64_000


class NoteError(ValueError):
    """This is no signed note, no checkpoint or no key."""


@dataclass(frozen=True)
class Verifier:
    """Whose signatures are believed: `name+hash+key`."""

    name: str
    kind: int
    key: bytes

    @property
    def hash(self) -> bytes:
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.key
        return hashlib.sha256(named).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{_base64(bytes([self.kind]) + self.key)}"

    @classmethod
    def read(cls, text: str) -> Verifier:
        """Raise NoteError."""
        name, _plus, rest = text.strip().partition("+")
        given, _plus, key = rest.partition("+")
        data = read_base64(key)
        if len(data) != 33 or data[0] not in (LOG, WITNESS):
            raise NoteError(f"no key that is known here: {text}")
        found = cls(name, data[0], data[1:])
        if found.hash.hex() != given:
            raise NoteError(f"the key's hash is not its own: {text}")
        return found

    def time_of(self, note: str) -> int | None:
        """When this key signed the note, in seconds since 1970, 0 where that is not said; None
        where it did not."""
        text, signatures = parts_of(note)
        for name, data in signatures:
            if name != self.name or data[:4] != self.hash:
                continue
            signed, signature, at = text.encode(), data[4:], 0
            if self.kind == WITNESS:
                if len(data) != 76:
                    continue
                (at,), signature = struct.unpack(">Q", data[4:12]), data[12:]
                signed = _at(at) + signed
            try:
                Ed25519PublicKey.from_public_bytes(self.key).verify(signature, signed)
            except (InvalidSignature, ValueError):
                continue
            return at
        return None


@dataclass(frozen=True)
class Signer:
    """Who signs: a name and 32 secret bytes."""

    name: str
    seed: bytes

    def verifier(self, kind: int) -> Verifier:
        return Verifier(self.name, kind, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The line by which a log signs its checkpoint."""
        return self._line(LOG, self._key.sign(text.encode()))

    def cosign(self, text: str, at: int) -> str:
        """The line by which a witness says that at this time the log was so, and grew alone."""
        return self._line(WITNESS, struct.pack(">Q", at) + self._key.sign(_at(at) + text.encode()))

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def _line(self, kind: int, signature: bytes) -> str:
        return f"{DASH}{self.name} {_base64(self.verifier(kind).hash + signature)}\n"


class Tree(NamedTuple):
    """A log as a checkpoint states it."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    @classmethod
    def read(cls, note: str) -> Tree:
        """From the text of a note. Raise NoteError."""
        text, _signatures = parts_of(note)
        lines = text.split("\n")
        if len(lines) < 4 or not lines[1].isascii() or not lines[1].isdecimal():
            raise NoteError("a checkpoint has an origin, a size and a root")
        if len(lines[1]) > 18 or str(int(lines[1])) != lines[1] or not lines[0]:
            raise NoteError("a checkpoint has an origin, a size and a root")
        root = read_base64(lines[2])
        if len(root) != 32:
            raise NoteError("a root has 32 bytes")
        return cls(lines[0], int(lines[1]), root)


def parts_of(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text, and of each signature the name and the bytes. Raise NoteError."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n") or len(note) > MOST_BYTES:
        raise NoteError("a note is a text, an empty line and signatures")
    found = []
    for line in lines[:-1].split("\n"):
        name, _space, data = line.removeprefix(DASH).partition(" ")
        if not line.startswith(DASH) or not name or "+" in name:
            raise NoteError("a signature is a line with a name and its bytes")
        found.append((name, read_base64(data)))
    return text + "\n", found


def _at(at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n".encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def read_base64(text: str) -> bytes:
    """Raise NoteError."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError(f"not base64: {text[:80]}") from error
