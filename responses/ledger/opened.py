"""A log with the leaves that count opened, for a recount by people who are trusted with answers."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from responses.ledger.appending import AT_ONCE, history_of
from responses.ledger.commitments import FIELDS, committed_text, state_at
from responses.ledger.proofs import text_of
from responses.models import Response
from responses.models.ledger import Leaf
from surveys.models import Wave

FORMAT = "citizen-satisfaction opened log v1"
QUICK = 3
"""gzip's level: digests and salts do not shrink, whatever is tried."""


def write_opened(wave: Wave, path: Path) -> tuple[int, str]:
    """A line of JSON that says of which log, then one for each leaf that was sealed, in order:
    the leaf, and what it commits to where the response still stands as there. Gzip.

    Returns the leaves and the SHA-256 of the file. Raises ValueError for a wave without a seal."""
    sealed = wave.seal.get("log")
    if not sealed:
        raise ValueError(f"wave {wave.code} is not published: its log has no seal")
    path.touch(mode=0o600, exist_ok=False)
    with gzip.GzipFile(path, "wb", compresslevel=QUICK, mtime=0) as file:
        file.write(_line({"format": FORMAT, "wave": wave.code, **sealed}))
        for line in _leaves(wave, sealed["size"]):
            file.write(_line(line))
    with path.open("rb") as written:
        return sealed["size"], hashlib.file_digest(written, "sha256").hexdigest()


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _leaves(wave: Wave, size: int) -> Iterator[dict[str, Any]]:
    for begin in range(0, size, AT_ONCE):
        end = min(begin + AT_ONCE, size)
        found = Leaf.objects.filter(wave=wave, position__gte=begin, position__lt=end)
        leaves = list(found.order_by("position"))
        responses = Response.objects.filter(
            wave=wave, receipt__in={each.receipt for each in leaves}
        )
        rows = {row["receipt"]: row for row in responses.values(*FIELDS)}
        history = history_of(rows.values())
        last = _last_sealed(wave, size, leaves)
        for leaf in leaves:
            line = {"leaf": text_of(wave, leaf)}
            row = rows.get(leaf.receipt)
            if row and last[leaf.receipt] == leaf.revision:
                state = state_at(row, leaf.revision, history)
                if salt := state.get("salt"):
                    line["opening"] = committed_text(
                        wave.code, row, leaf.revision, state["answers"], leaf.disposition, salt
                    )
            yield line


def _last_sealed(wave: Wave, size: int, leaves: list[Leaf]) -> dict[str, int]:
    """The last revision of these responses that the sealed log holds."""
    receipts = [leaf.receipt for leaf in leaves]
    found = Leaf.objects.filter(wave=wave, position__lt=size, receipt__in=receipts)
    last: dict[str, int] = {}
    for receipt, revision in found.values_list("receipt", "revision"):
        last[receipt] = max(revision, last.get(receipt, 0))
    return last
