"""What a leaf of the log says, and the sealed envelope within it.

The leaf names the response by its receipt and says whether it counts; the answers are behind a
commitment: the SHA-256 of a text that begins with 128 random bits or more. Whoever has the text can
show that the log holds it. Once the salt is erased nobody can, nor guess what it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any

from responses.models import Response
from responses.models.columns import COLUMNS

DOMAIN = "citizen-satisfaction response v1"

COMMITTED = {
    column.name: column.path
    for column in sorted(COLUMNS, key=lambda column: column.committed)
    if column.committed
}
"""What is committed to beside the answers, and the field that holds it."""
FIELDS = ("pk", "receipt", "revision", "salt", "answers", "disposition", *COMMITTED.values())

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

Row = Mapping[str, Any]
"""A response as `values(*FIELDS)` gives it."""


def committed_text(
    wave_code: str, row: Row, revision: int, answers: Mapping[str, Any], disposition: str, salt: str
) -> str:
    """The text whose digest is the commitment: a line that says what it is, the salt, and all that
    counts of the response as JSON with sorted keys."""
    said = {name: row[field] for name, field in COMMITTED.items()}
    said["base_weight"] = f"{row['base_weight']:.10f}"
    said["answered_at"] = row["answered_at"].astimezone(UTC).isoformat(timespec="microseconds")
    said |= {
        "wave": wave_code,
        "receipt": row["receipt"],
        "revision": revision,
        "disposition": disposition,
        "answers": answers,
    }
    return f"{DOMAIN}\n{salt}\n{_encode(said)}"


def commit(text: str) -> bytes:
    return sha256(text.encode()).digest()


def leaf_text(
    wave_code: str, receipt: str, revision: int, disposition: str, commitment: bytes
) -> str:
    """The leaf itself. It may be shown to anybody: it tells no answer."""
    # As `_encode` would write it: but for the wave's code nothing in it needs escaping.
    return (
        f'{{"commitment":"{commitment.hex()}","disposition":"{disposition}",'
        f'"receipt":"{receipt}","revision":{revision},"wave":{encode_basestring(wave_code)}}}'
    )


def state_at(
    row: Row, revision: int, history: Mapping[tuple[int, int], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Answers, disposition and salt of a response at one of its revisions. `history` holds what
    was before each change, by response and number."""
    state = history.get((row["pk"], revision + 1), row)
    if "salt" in state:
        return state
    # Only the erasing revision kept the salt, and it comes last.
    erased = history.get((row["pk"], row["revision"]), {})
    return {**state, "salt": erased.get("salt", row["salt"])}


def commitment_of(
    wave_code: str, row: Row, revision: int, history: Mapping[tuple[int, int], Mapping[str, Any]]
) -> tuple[str, bytes]:
    """The disposition and the commitment of a response at one of its revisions."""
    state = state_at(row, revision, history)
    disposition = state["disposition"]
    if disposition == Response.Disposition.ERASED:
        return disposition, b""
    text = committed_text(wave_code, row, revision, state["answers"], disposition, state["salt"])
    return disposition, commit(text)
