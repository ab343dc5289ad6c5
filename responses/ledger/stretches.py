"""One stretch of a wave's log, gone through alone: leaves against tiles, responses against leaves.

Stretches may be gone through side by side and in any order; `verification` puts them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from responses.ledger import tiles
from responses.ledger.appending import AT_ONCE, History, history_of
from responses.ledger.commitments import FIELDS, Row, commitment_of, leaf_text
from responses.ledger.confirming import Confirming, Key, Logged
from responses.ledger.findings import Counted, Fault, Finding
from responses.models import JournalEntry, Response
from responses.models.ledger import Leaf, Tile
from surveys.hash_tree import leaf_hash, root_over
from surveys.models import Wave

T = TypeVar("T")


class Stretch(NamedTuple):
    begin: int
    end: int
    """Leaves from the first number up to, and without, the second. It begins where a tile does."""
    lowest: int
    highest: int
    """Keys of the responses whose present revision must be logged. As responses are logged in much
    the order in which they were stored, most of its leaves are theirs. The stretches of a log
    divide all keys among them, whatever the leaves say."""
    sizes: tuple[int, ...] = ()
    """Sizes of the tree, within this stretch, whose roots are asked for."""


class Part(NamedTuple):
    """What a stretch adds to the whole."""

    tiles: list[tuple[int, int, bytes]]
    """Of each tile there is: its position, how many hashes it has, and the root over them."""
    heads: dict[int, bytes]
    """Of each size that ends within a tile: the root over what the tree has of that tile."""
    findings: list[Finding]
    counted: Counted


class Reader:
    """Goes through stretches of the log of a wave, as it was at `size` leaves."""

    def __init__(self, wave: Wave, size: int) -> None:
        self.wave, self.size = wave, size
        overall = wave.questionnaire.questions.filter(is_overall=True)
        self.overall = overall.values_list("code", flat=True).first()
        self.confirming = Confirming(wave, self.overall)

    def go_through(self, stretch: Stretch) -> Part:
        part = Part([], {}, [], Counted())
        unopened: dict[Key, Logged] = {}
        twins = list(self._along_tiles(stretch, part, unopened))
        part.findings.extend(self._not_logged(stretch, part, unopened))
        for leaves in _some(list(unopened.values())):
            part.findings.extend(self._elsewhere(leaves, part.counted))
        part.findings.extend(self._exactly(twins, part.counted))
        return part

    def _along_tiles(
        self, stretch: Stretch, part: Part, unopened: dict[Key, Logged]
    ) -> Iterator[Logged]:
        """Leaves against tiles. Yields the leaves of receipts and revisions that had one before."""
        leaves = self._leaves(stretch)
        stored = Tile.objects.filter(
            wave=self.wave,
            level=0,
            position__gte=stretch.begin // tiles.WIDTH,
            position__lt=-(-stretch.end // tiles.WIDTH),
        )
        for place, joined in stored.order_by("position").values_list("position", "hashes"):
            first = place * tiles.WIDTH
            hashes = tiles.split(bytes(joined))[: self.size - first]
            part.counted.leaves += len(hashes)
            for position, held in enumerate(hashes, start=first):
                leaf = leaves.get(position)
                if leaf is None:
                    part.findings.append(Finding(Fault.GAP, position))
                    continue
                _position, receipt, revision, disposition, commitment = leaf
                text = leaf_text(self.wave.code, receipt, revision, disposition, commitment)
                if leaf_hash(text.encode()) != held:
                    part.findings.append(Finding(Fault.LEAF, position, receipt))
                elif (receipt, revision) in unopened:
                    yield leaf
                else:
                    unopened[receipt, revision] = leaf
            part.tiles.append((place, len(hashes), root_over(hashes)))
            for size in stretch.sizes:
                if first < size <= first + len(hashes) and size % tiles.WIDTH:
                    part.heads[size] = root_over(hashes[: size - first])

    def _leaves(self, stretch: Stretch) -> dict[int, Logged]:
        found = Leaf.objects.filter(
            wave=self.wave, position__gte=stretch.begin, position__lt=stretch.end
        )
        fields = ("position", "receipt", "revision", "disposition", "commitment")
        return {leaf[0]: leaf for leaf in found.values_list(*fields)}

    def _not_logged(
        self, stretch: Stretch, part: Part, unopened: dict[Key, Logged]
    ) -> Iterator[Finding]:
        """The leaves of these responses are theirs; each response has one, or waits for it."""
        if stretch.lowest > stretch.highest:
            return
        theirs = self.confirming.read(pk__gte=stretch.lowest, pk__lte=stretch.highest)
        for rows in _some(theirs.iterator(chunk_size=AT_ONCE)):
            before = len(unopened)
            others = self.confirming.confirm(rows, unopened)
            part.counted.opened += before - len(unopened)
            if others:
                yield from self._unless_logged(others, part.counted)

    def _unless_logged(
        self, others: Sequence[tuple[int, Key]], counted: Counted
    ) -> Iterator[Finding]:
        """Of responses that are not logged in this stretch, those that are nowhere else, nor in the
        journal."""
        missing = self._without_leaf(others)
        if not missing:
            return
        wanted = {(pk, revision): receipt for pk, (receipt, revision) in missing}
        entries = JournalEntry.objects.filter(wave=self.wave)
        for entry in entries.iterator(chunk_size=100):
            for pk in entry.response_ids:
                if wanted.pop((pk, entry.revision), None):
                    counted.waiting += 1
        # Logged since they were found missing, where there is no snapshot.
        left = self._without_leaf([(pk, (at, rev)) for (pk, rev), at in wanted.items()])
        for _pk, (receipt, _revision) in sorted(left):
            yield Finding(Fault.ADDED, receipt=receipt)

    def _without_leaf(self, named: Sequence[tuple[int, Key]]) -> list[tuple[int, Key]]:
        receipts = [receipt for _pk, (receipt, _revision) in named]
        leaves = Leaf.objects.filter(wave=self.wave, receipt__in=receipts)
        logged = set(leaves.values_list("receipt", "revision"))
        return [(pk, key) for pk, key in named if key not in logged]

    def _elsewhere(self, leaves: Sequence[Logged], counted: Counted) -> Iterator[Finding]:
        """Leaves that the responses of their stretch do not explain."""
        unopened = {(leaf[1], leaf[2]): leaf for leaf in leaves}
        rows = list(self.confirming.read(receipt__in={leaf[1] for leaf in leaves}))
        self.confirming.confirm(rows, unopened)
        counted.opened += len(leaves) - len(unopened)
        yield from self._exactly(list(unopened.values()), counted)

    def _exactly(self, leaves: Sequence[Logged], counted: Counted) -> Iterator[Finding]:
        """Leaves that nothing has confirmed yet, by the rules that they were made by."""
        if not leaves:
            return
        receipts = {leaf[1] for leaf in leaves}
        found = Response.objects.filter(wave=self.wave, receipt__in=receipts)
        rows = {row["receipt"]: row for row in found.values(*FIELDS, "overall")}
        history = history_of(rows.values())
        for leaf in leaves:
            if finding := self._open(leaf, rows.get(leaf[1]), history, counted):
                yield finding

    def _open(
        self, leaf: Logged, row: Row | None, history: History, counted: Counted
    ) -> Finding | None:
        """Hold a leaf against what is stored of its response."""
        position, receipt, revision, disposition, commitment = leaf
        changed = Finding(Fault.CHANGED, position, receipt, f"revision {revision}")
        if row is None:
            if self.wave.answers_deleted_at:
                counted.expired += 1
                return None
            return Finding(Fault.REMOVED, position, receipt)
        if revision > row["revision"]:
            return changed
        erased = row["disposition"] == Response.Disposition.ERASED
        if erased and revision < row["revision"]:
            # Its own last leaf shows that it was erased and not merely emptied.
            counted.erased += 1
            return None
        try:
            computed = commitment_of(self.wave.code, row, revision, history)
        except (KeyError, TypeError, AttributeError):
            return changed  # the history has been tampered with
        if computed != (disposition, bytes(commitment)):
            return changed
        if revision == row["revision"] and not self._overall_agrees(row):
            return changed
        if erased:
            counted.erased += 1
        else:
            counted.opened += 1
        return None

    def _overall_agrees(self, row: Mapping[str, Any]) -> bool:
        """The overall rating is stored twice: among the answers and beside them."""
        return bool(row["overall"] == row["answers"].get(self.overall))


def _some(rows: Iterable[T]) -> Iterator[list[T]]:
    them = iter(rows)
    while some := list(islice(them, AT_ONCE)):
        yield some
