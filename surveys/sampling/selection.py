"""From a closed list to those drawn: hashes and whole numbers alone, so that anybody can repeat it.

docs/auditing-a-draw.md says the same in words; tests/surveys/sampling/auditor.py is a second
program that was written after it.
"""

from __future__ import annotations

import hmac
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

LIST_VERSION = "citizen-satisfaction draw 1"


class Listed(NamedTuple):
    """A line of the closed list. `order` is what a systematic draw goes along, else empty."""

    service: str
    channel: str
    key: str
    reachable: bool
    order: str = ""

    def line(self) -> str:
        reachable = "1" if self.reachable else "0"
        return "\t".join([self.service, self.channel, self.key, reachable, self.order])


def commitment_to(secret: str) -> str:
    """SHA-256 of the 32 bytes of the secret; both in hexadecimal."""
    return sha256(bytes.fromhex(secret)).hexdigest()


def list_header(wave: str, number: int, design: Mapping[str, Any], public_source: str) -> str:
    return json.dumps(
        {
            "list": LIST_VERSION,
            "wave": wave,
            "draw": number,
            "design": design,
            "public_source": public_source,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def digest_of(header: str, listed: Iterable[Listed]) -> str:
    """SHA-256 of the header and the lines in the order of their bytes, each ended by a newline."""
    digest = sha256(header.encode() + b"\n")
    for line in sorted(row.line().encode() for row in listed):
        digest.update(line + b"\n")
    return digest.hexdigest()


def seed_of(secret: str, digest: str, public_value: str) -> bytes:
    """HMAC-SHA-256 under the secret of the digest and, where there is one, the public's number."""
    message = f"{digest}\n{public_value}" if public_value else digest
    return hmac.digest(bytes.fromhex(secret), message.encode(), "sha256")


def strata(listed: Iterable[Listed]) -> dict[tuple[str, str], list[Listed]]:
    """Those who can be reached, by service and channel."""
    by_cell: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for row in listed:
        if row.reachable:
            by_cell[row.service, row.channel].append(row)
    return by_cell


def select(seed: bytes, reachable: Sequence[Listed], number: int, *, systematic: bool) -> list[str]:
    """The keys of the `number` drawn from one cell, each with the chance number ÷ reachable."""
    if systematic:
        return _along(seed, reachable, number)
    ranked = sorted((hmac.digest(seed, row.key.encode(), "sha256"), row.key) for row in reachable)
    return [key for _rank, key in ranked[:number]]


def _along(seed: bytes, reachable: Sequence[Listed], number: int) -> list[str]:
    """Every (size ÷ number)-th from a random start, in whole numbers: the start is one of the
    `size` sizes, and each row is hit by `number` of them."""
    if not number:
        return []
    size = len(reachable)
    ordered = sorted((row.order.encode(), row.key) for row in reachable)
    about = f"start\t{reachable[0].service}\t{reachable[0].channel}"
    start = int.from_bytes(hmac.digest(seed, about.encode(), "sha256"), "big") % size
    return [ordered[(start + k * size) // number][1] for k in range(number)]
