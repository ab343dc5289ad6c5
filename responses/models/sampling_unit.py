"""Where a file's own design drew a response from, kept in one column."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

SEPARATOR = "\x1f"
LONGEST = 38


class SamplingUnit(NamedTuple):
    """The stratum and the primary sampling unit within it, each blank where the design has none.
    A name that is too long to keep becomes a digest: the two only tell groups apart."""

    stratum: str = ""
    psu: str = ""

    def __str__(self) -> str:
        if not any(self):
            return ""
        return SEPARATOR.join(map(_short, self))

    @classmethod
    def read(cls, text: str) -> SamplingUnit:
        """From what `str` made of it."""
        return cls(*text.split(SEPARATOR)) if text else cls()


def _short(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    return hashlib.sha256(name.encode()).hexdigest()[:LONGEST]
