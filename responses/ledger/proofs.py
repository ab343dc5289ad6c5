"""Proofs as documents: all that somebody needs to check them without us (docs/receipts.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from responses.ledger import tiles
from responses.ledger.commitments import leaf_text
from responses.models.ledger import Checkpoint, Leaf
from surveys.hash_tree import (
    consistency_spans,
    extends,
    includes,
    inclusion_spans,
    leaf_hash,
)
from surveys.models import Wave

INCLUSION = "citizen-satisfaction inclusion proof v1"
CONSISTENCY = "citizen-satisfaction consistency proof v1"


def inclusion(
    tree: Checkpoint, leaves: Sequence[Leaf], openings: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """That these leaves of one response are in this tree. `openings`: the texts that were
    committed to, by revision; for their owner alone. Raise BrokenLogError where they are not."""
    spans = [inclusion_spans(leaf.position, tree.size) for leaf in leaves]
    hashes = iter(tiles.roots_over(tree.wave, [span for proof in spans for span in proof]))
    root = bytes.fromhex(tree.root)
    entries = []
    for leaf, proof in zip(leaves, spans, strict=True):
        text = text_of(tree.wave, leaf)
        hashed = leaf_hash(text.encode())
        path = [next(hashes) for _span in proof]
        if not includes(hashed, leaf.position, tree.size, path, root):
            raise tiles.BrokenLogError(f"{leaf} is not under root {tree.root}")
        entry = {
            "index": leaf.position,
            "leaf": text,
            "leaf_hash": hashed.hex(),
            "path": [step.hex() for step in path],
        }
        if openings and leaf.revision in openings:
            entry["opening"] = openings[leaf.revision]
        entries.append(entry)
    return {"format": INCLUSION, "wave": tree.wave.code, "tree": _named(tree), "leaves": entries}


def consistency(wave: Wave, first: int, second: int) -> dict[str, Any]:
    """That the log at `second` leaves begins with the log at `first`. Raise IndexError where the
    log never was so long, or the first is the longer one; or BrokenLogError."""
    if second > tiles.size_of(wave):
        raise IndexError(f"tree of {second}")
    spans = consistency_spans(first, second)
    roots = tiles.roots_over(wave, [(0, first), (0, second), *spans])
    older, newer, *path = roots
    if not extends(first, second, path, older, newer):
        raise tiles.BrokenLogError(f"wave {wave.code}: {second} does not continue {first}")
    return {
        "format": CONSISTENCY,
        "wave": wave.code,
        "first": {"size": first, "root": older.hex()},
        "second": {"size": second, "root": newer.hex()},
        "path": [step.hex() for step in path],
    }


def text_of(wave: Wave, leaf: Leaf) -> str:
    return leaf_text(
        wave.code, leaf.receipt, leaf.revision, leaf.disposition, bytes(leaf.commitment)
    )


def _named(tree: Checkpoint) -> dict[str, Any]:
    return {
        "size": tree.size,
        "root": tree.root,
        "at": tree.at.isoformat(),
        "published": tree.pk is not None,
    }
