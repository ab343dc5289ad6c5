"""Whether a wave's log, and what is stored of its responses, still are as they were logged.

Everything is computed again: each commitment from the response and its history, each leaf, each
tile, each published root. It reads once along the log; memory does not grow with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from responses.ledger import tiles
from responses.ledger.appending import AT_ONCE, History, history_of
from responses.ledger.commitments import FIELDS, Row, commitment_of
from responses.ledger.proofs import text_of
from responses.models import JournalEntry, Response
from responses.models.ledger import Checkpoint, Leaf, Tile
from surveys.hash_tree import Growing, leaf_hash, root_over
from surveys.models import Wave


class Fault(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    LEAF = "leaf"
    GAP = "gap"
    TILE = "tile"
    ROOT = "root"


MEANING = {
    Fault.CHANGED: "the stored response is not what was logged",
    Fault.REMOVED: "logged, and no longer stored",
    Fault.ADDED: "stored, and not in the log",
    Fault.LEAF: "the leaf is not the one that the tree holds",
    Fault.GAP: "the leaf is missing",
    Fault.TILE: "the tile is missing, or does not follow from those below it",
    Fault.ROOT: "the published root is not the root of this log",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was: which receipt or leaf, tile or root."""

    fault: Fault
    position: int | None = None
    receipt: str = ""
    detail: str = ""


@dataclass
class Checked:
    """What a verification went through."""

    leaves: int = 0
    opened: int = 0
    """Leaves whose commitment was computed again from what is stored."""
    erased: int = 0
    """Leaves that nobody can open any more, because the citizen erased the answers."""
    expired: int = 0
    """Leaves whose answers were deleted after their time."""
    waiting: int = 0
    """Responses, or changes, that are not counted and logged yet."""
    root: str = ""


def verify(
    wave: Wave, checked: Checked | None = None, noted: Mapping[int, str] | None = None
) -> Iterator[Finding]:
    """What is not as it was logged, in the order of the log; nothing, if all is well. `noted`:
    roots that somebody wrote down, by size, to be held against this log beside the published."""
    with _one_snapshot():
        yield from _Verification(wave, checked or Checked(), noted or {})()


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """What is read is of one moment, where answers may come in meanwhile. SQLite would have to
    stop them, so there the log is read up to where it was at the beginning."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


class _Verification:
    def __init__(self, wave: Wave, checked: Checked, noted: Mapping[int, str]) -> None:
        self.wave = wave
        self.checked = checked
        self.roots = [
            *Checkpoint.objects.filter(wave=wave).order_by("size").values_list("size", "root"),
            *noted.items(),
        ]
        if sealed := wave.seal.get("log"):
            self.roots.append((sealed["size"], sealed["root"]))
        self.roots.sort()
        self.size = tiles.size_of(wave)
        self.tree = Growing()
        overall = wave.questionnaire.questions.filter(is_overall=True)
        self.overall = overall.values_list("code", flat=True).first()

    def __call__(self) -> Iterator[Finding]:
        yield from self._roots_due()
        yield from self._lower_tiles()
        yield from self._stray_leaves()
        for size, root in self.roots:
            yield Finding(Fault.ROOT, detail=f"{size}: {root}")
        yield from self._upper_tiles()
        yield from self._not_logged()
        self.checked.root = self.tree.root().hex()

    def _lower_tiles(self) -> Iterator[Finding]:
        """Along the log, some tiles at a time: leaves against tiles, responses against leaves."""
        batch = AT_ONCE // tiles.WIDTH
        expected, stored = 0, Tile.objects.filter(wave=self.wave, level=0).order_by("position")
        stored = stored.filter(position__lt=-(-self.size // tiles.WIDTH))
        while rows := list(stored.filter(position__gte=expected)[:batch]):
            begin, end = expected * tiles.WIDTH, (rows[-1].position + 1) * tiles.WIDTH
            leaves = self._leaves(begin, end)
            states = self._stored(leaves.values())
            for row in rows:
                if expected < row.position:
                    yield Finding(Fault.TILE, detail=f"0/{expected}")
                yield from self._tile(row, leaves, states)
                expected = row.position + 1

    def _tile(self, tile: Tile, leaves: Mapping[int, Leaf], states: _Stored) -> Iterator[Finding]:
        first = tile.position * tiles.WIDTH
        hashes = tiles.split(bytes(tile.hashes))[: self.size - first]
        for position, held in enumerate(hashes, start=first):
            leaf = leaves.get(position)
            self.checked.leaves += 1
            if leaf is None:
                yield Finding(Fault.GAP, position)
            elif leaf_hash(text_of(self.wave, leaf).encode()) != held:
                yield Finding(Fault.LEAF, position, leaf.receipt)
            elif finding := self._open(leaf, states):
                yield finding
            self.tree.add([held])
            yield from self._roots_due()

    def _leaves(self, begin: int, end: int) -> dict[int, Leaf]:
        found = Leaf.objects.filter(wave=self.wave, position__gte=begin, position__lt=end)
        return {leaf.position: leaf for leaf in found}

    def _stored(self, leaves: Any) -> _Stored:
        receipts = {leaf.receipt for leaf in leaves}
        found = Response.objects.filter(wave=self.wave, receipt__in=receipts)
        rows = {row["receipt"]: row for row in found.values(*FIELDS, "overall")}
        return _Stored(rows, history_of(rows.values()))

    def _open(self, leaf: Leaf, stored: _Stored) -> Finding | None:
        """Hold a leaf against what is stored of its response."""
        row = stored.rows.get(leaf.receipt)
        if row is None:
            if self.wave.answers_deleted_at:
                self.checked.expired += 1
                return None
            return Finding(Fault.REMOVED, leaf.position, leaf.receipt)
        if leaf.revision > row["revision"]:
            return _changed(leaf)
        erased = row["disposition"] == Response.Disposition.ERASED
        if erased and leaf.revision < row["revision"]:
            # Its own last leaf shows that it was erased and not merely emptied.
            self.checked.erased += 1
            return None
        try:
            disposition, commitment = commitment_of(
                self.wave.code, row, leaf.revision, stored.history
            )
        except (KeyError, TypeError, AttributeError):
            return _changed(leaf)  # the history has been tampered with
        if (disposition, commitment) != (leaf.disposition, bytes(leaf.commitment)):
            return _changed(leaf)
        if leaf.revision == row["revision"] and not self._overall_agrees(row):
            return _changed(leaf)
        if erased:
            self.checked.erased += 1
        else:
            self.checked.opened += 1
        return None

    def _overall_agrees(self, row: Row) -> bool:
        """The overall rating is stored twice: among the answers and beside them."""
        return bool(row["overall"] == row["answers"].get(self.overall))

    def _roots_due(self) -> Iterator[Finding]:
        while self.roots and self.roots[0][0] <= self.tree.size:
            size, root = self.roots.pop(0)
            if self.tree.root().hex() != root:
                yield Finding(Fault.ROOT, detail=f"{size}: {root}")

    def _stray_leaves(self) -> Iterator[Finding]:
        """Leaves where the tree has none."""
        end = tiles.size_of(self.wave)
        stray = Leaf.objects.filter(Q(position__lt=0) | Q(position__gte=end), wave=self.wave)
        for leaf in stray.order_by("position").iterator():
            yield Finding(Fault.LEAF, leaf.position, leaf.receipt)

    def _upper_tiles(self) -> Iterator[Finding]:
        """Each entry of a tile is the root of the full tile below it."""
        size, level = self.tree.size // tiles.WIDTH, 1
        while size:
            below = Tile.objects.filter(wave=self.wave, level=level - 1).order_by("position")
            full = (
                root_over(tiles.split(bytes(tile.hashes)))
                for tile in below.iterator()
                if len(tile.hashes) == tiles.WIDTH * tiles.BYTES
            )
            here = Tile.objects.filter(wave=self.wave, level=level).order_by("position")
            entries = (
                (tile.position, entry)
                for tile in here.iterator()
                for entry in tiles.split(bytes(tile.hashes))
            )
            yield from _compare(level, full, entries)
            size, level = size // tiles.WIDTH, level + 1
        stray = Tile.objects.filter(wave=self.wave, level__gte=level)
        for tile in stray.iterator():
            yield Finding(Fault.TILE, detail=f"{tile.level}/{tile.position}")

    def _not_logged(self) -> Iterator[Finding]:
        """Responses whose present revision has no leaf, but for those in the journal."""
        logged = Leaf.objects.filter(
            wave=self.wave, receipt=OuterRef("receipt"), revision=OuterRef("revision")
        )
        missing = Response.objects.filter(~Exists(logged), wave=self.wave).order_by("pk")
        fields = ("pk", "revision", "receipt")
        found: list[tuple[int, int, str]] = []
        for row in missing.values_list(*fields).iterator(chunk_size=AT_ONCE):
            found.append(row)
            if len(found) == AT_ONCE:
                yield from self._unless_waiting(found)
                found = []
        yield from self._unless_waiting(found)

    def _unless_waiting(self, found: Sequence[tuple[int, int, str]]) -> Iterator[Finding]:
        if not found:
            return
        wanted = {(pk, revision): receipt for pk, revision, receipt in found}
        entries = JournalEntry.objects.filter(wave=self.wave)
        for entry in entries.iterator(chunk_size=100):
            for pk in entry.response_ids:
                if wanted.pop((pk, entry.revision), None):
                    self.checked.waiting += 1
        # Logged since they were found missing, where there is no snapshot.
        since = Leaf.objects.filter(wave=self.wave, receipt__in=wanted.values())
        logged = set(since.values_list("receipt", "revision"))
        for (_pk, revision), receipt in wanted.items():
            if (receipt, revision) in logged:
                continue
            yield Finding(Fault.ADDED, receipt=receipt)


@dataclass(frozen=True)
class _Stored:
    """Responses by their receipts, and what they were before."""

    rows: Mapping[str, Row]
    history: History


def _changed(leaf: Leaf) -> Finding:
    return Finding(Fault.CHANGED, leaf.position, leaf.receipt, f"revision {leaf.revision}")


def _compare(
    level: int, full: Iterator[bytes], entries: Iterator[tuple[int, bytes]]
) -> Iterator[Finding]:
    told = None
    number = 0
    for number, root in enumerate(full, start=1):
        position, entry = next(entries, (number // tiles.WIDTH, b""))
        if root != entry and told != position:
            told = position
            yield Finding(Fault.TILE, detail=f"{level}/{position}")
    for position, _entry in entries:
        if told != position:
            told = position
            yield Finding(Fault.TILE, detail=f"{level}/{position}")
