"""Whether a wave's log, and what is stored of its responses, still are as they were logged.

Everything is computed again: each commitment from the response and its history, each leaf, each
tile, each published root. It goes along the log a stretch at a time; memory does not grow with it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from responses.ledger import side_by_side, tiles
from responses.ledger.findings import Checked, Fault, Finding
from responses.ledger.stretches import Part, Reader, Stretch
from responses.models import Response
from responses.models.ledger import Checkpoint, Leaf, Tile
from surveys.hash_tree import Growing, root_over
from surveys.models import Wave

STRETCH = tiles.WIDTH**2
"""Leaves in a stretch: those under one tile of the second level."""
LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1
"""Keys that a response may have."""


class How(NamedTuple):
    """How to go through a log."""

    processes: int = 1
    """At most so many side by side; in a transaction, and with SQLite, this one alone."""
    stretch: int = STRETCH
    begin: tuple[int, str] | None = None
    """Go on behind so many leaves, whole stretches, which an earlier verification went through and
    whose root it said."""
    on_stretch: Callable[[Checked], None] | None = None


def verify(
    wave: Wave,
    checked: Checked | None = None,
    noted: Mapping[int, str] | None = None,
    how: How | None = None,
) -> Iterator[Finding]:
    """What is not as it was logged, in the order of the log; nothing, if all is well. `noted`:
    roots that somebody wrote down, by size, to be held against this log beside the published. Raise
    BrokenProcessPool where a process of those side by side was ended."""
    with _one_snapshot() as snapshot:
        yield from _Verification(wave, checked or Checked(), noted or {}, how or How(), snapshot)()


@contextmanager
def _one_snapshot() -> Iterator[str | None]:
    """What is read is of one moment, where answers may come in meanwhile: yields its name for
    others who shall read it. SQLite would have to stop them, so there the log is read up to where
    it was at the beginning."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield None
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
        yield snapshot


class _Verification:
    def __init__(
        self,
        wave: Wave,
        checked: Checked,
        noted: Mapping[int, str],
        how: How,
        snapshot: str | None,
    ) -> None:
        self.wave, self.checked, self.how, self.snapshot = wave, checked, how, snapshot
        self.roots = [
            *Checkpoint.objects.filter(wave=wave).order_by("size").values_list("size", "root"),
            *noted.items(),
        ]
        if sealed := wave.seal.get("log"):
            self.roots.append((sealed["size"], sealed["root"]))
        self.roots.sort()
        self.size = tiles.size_of(wave)
        self.tree = Growing()
        self.whole = True
        """Whether the tiles stand side by side so far: else no later root can be right."""
        self.begin = 0
        self.expected = 0
        """Position of the tile that comes next."""

    def __call__(self) -> Iterator[Finding]:
        yield from (finding for _size, _order, finding in self._roots_due(0, {}))
        if self.how.begin:
            yield from self._go_on_behind(*self.how.begin)
        lowest_tiles = _Entries(self.wave, 1, skip=self.begin // tiles.WIDTH)
        above: list[Finding] = []
        with closing(self._parts()) as parts:
            for part in parts:
                yield from self._put_to_the_others(part, lowest_tiles, above)
                self.checked.add(part.counted)
                if self.how.on_stretch:
                    self.how.on_stretch(self.checked)
        yield from self._stray_leaves()
        for size, root in self.roots:
            yield Finding(Fault.ROOT, detail=f"{size}: {root}")
        yield from above
        if self.size >= tiles.WIDTH:
            since = tiles.size_of(self.wave) // tiles.WIDTH
            yield from lowest_tiles.left_over(range(self.size // tiles.WIDTH, since))
        yield from self._upper_tiles()

    def _go_on_behind(self, size: int, root: str) -> Iterator[Finding]:
        """What an earlier verification went through: it must still have the root that it had."""
        if size % self.how.stretch:
            raise ValueError(f"{size}: not a multiple of {self.how.stretch}")
        self.begin, self.expected = size, size // tiles.WIDTH
        self.roots = [(least, each) for least, each in self.roots if least > size]
        try:
            self.tree = tiles.tree_of(self.wave, size)
        except tiles.BrokenLogError:
            self.whole = False
        if not self.whole or self.tree.root().hex() != root:
            yield Finding(Fault.ROOT, detail=f"{size}: {root}")

    def _parts(self) -> Generator[Part, None, None]:
        stretches = self._stretches()
        processes = min(self.how.processes, len(stretches))
        if processes == 1 or not self.snapshot:
            reader = Reader(self.wave, self.size)
            yield from map(reader.go_through, stretches)
            return
        database = connection.settings_dict["NAME"]
        yield from side_by_side.go_through(
            stretches, processes, database, self.snapshot, self.wave.pk, self.size
        )

    def _stretches(self) -> list[Stretch]:
        """The stretches from where to begin; there is always one, for responses without leaf."""
        starts = range(0, max(self.size, self.begin + 1), self.how.stretch)
        keys = self._keys_at(starts)
        stretches = []
        for start, lowest, above in zip(starts, keys, [*keys[1:], HIGHEST + 1], strict=True):
            end = min(start + self.how.stretch, self.size)
            sizes = tuple(size for size, _root in self.roots if start < size <= end)
            stretches.append(Stretch(start, max(start, end), lowest, above - 1, sizes))
        return stretches[self.begin // self.how.stretch :]

    def _keys_at(self, starts: range) -> list[int]:
        """The lowest key that each stretch looks for: that of its first leaf's response, unless
        those before it have come further."""
        leaves = Leaf.objects.filter(wave=self.wave, position__in=starts[1:])
        receipts = dict(leaves.values_list("position", "receipt"))
        found = Response.objects.filter(wave=self.wave, receipt__in=receipts.values())
        keys = dict(found.values_list("receipt", "pk"))
        lowest = [LOWEST]
        for start in starts[1:]:
            lowest.append(max(lowest[-1], keys.get(receipts.get(start, ""), LOWEST)))
        return lowest

    def _put_to_the_others(
        self, part: Part, lowest_tiles: _Entries, above: list[Finding]
    ) -> Iterator[Finding]:
        """What the next stretch adds. Yields what is found in it, in the order of the log."""
        found = [(each.position, 2, each) for each in part.findings if each.position is not None]
        last = None
        for position, held, root in part.tiles:
            first, full = position * tiles.WIDTH, held == tiles.WIDTH
            if position > self.expected:
                missing = Finding(Fault.TILE, detail=f"0/{self.expected}")
                found.append((first, 1, missing))
            self.expected = position + 1
            self.whole = self.whole and self.tree.size == first
            found.extend(self._roots_due(first + held - full, part.heads))
            if full:
                self.tree.add([root], tiles.HEIGHT)
                above.extend(lowest_tiles.hold(root))
                found.extend(self._roots_due(self.tree.size, {}))
            else:
                last = root
        found.sort(key=lambda each: each[:2])
        yield from (finding for _position, _order, finding in found)
        yield from (finding for finding in part.findings if finding.position is None)
        # Once all of it is told: whoever stops before that goes on before it.
        self.checked.size = self.tree.size + (held if last else 0)
        self.checked.root = self.tree.root(last).hex() if self.whole else ""

    def _roots_due(
        self, size: int, heads: Mapping[int, bytes]
    ) -> Iterator[tuple[int, int, Finding]]:
        while self.roots and self.roots[0][0] <= size:
            due, root = self.roots.pop(0)
            if not self.whole or self.tree.root(heads.get(due)).hex() != root:
                yield due, 0, Finding(Fault.ROOT, detail=f"{due}: {root}")

    def _stray_leaves(self) -> Iterator[Finding]:
        """Leaves where the tree has none."""
        end = tiles.size_of(self.wave)
        stray = Leaf.objects.filter(Q(position__lt=0) | Q(position__gte=end), wave=self.wave)
        for leaf in stray.order_by("position").iterator():
            yield Finding(Fault.LEAF, leaf.position, leaf.receipt)

    def _upper_tiles(self) -> Iterator[Finding]:
        """Each entry of a tile is the root of the full tile below it; of the lowest tiles that is
        known."""
        size, level = self.size // tiles.WIDTH**2, 1 + (self.size >= tiles.WIDTH)
        while size:
            entries = _Entries(self.wave, level)
            below = Tile.objects.filter(wave=self.wave, level=level - 1).order_by("position")
            for hashes in below.values_list("hashes", flat=True).iterator():
                if len(hashes) == tiles.WIDTH * tiles.BYTES:
                    yield from entries.hold(root_over(tiles.split(bytes(hashes))))
            yield from entries.left_over()
            size, level = size // tiles.WIDTH, level + 1
        stray = Tile.objects.filter(wave=self.wave, level__gte=level)
        for tile in stray.iterator():
            yield Finding(Fault.TILE, detail=f"{tile.level}/{tile.position}")


class _Entries:
    """The entries of a level's tiles, each the root over a full tile below, in their order."""

    def __init__(self, wave: Wave, level: int, skip: int = 0) -> None:
        self.level, self.number = level, skip
        self.entries = _entries(wave, level, skip)
        self.told: int | None = None
        """The tile that was found last."""

    def hold(self, root: bytes) -> Iterator[Finding]:
        position, entry = next(self.entries, (self.number // tiles.WIDTH, b""))
        self.number += 1
        if root != entry:
            yield from self._tell(position)

    def left_over(self, since: range = range(0)) -> Iterator[Finding]:
        """Entries over no tile; `since`: numbers of those that may have come meanwhile."""
        for position, _entry in self.entries:
            if self.number not in since:
                yield from self._tell(position)
            self.number += 1

    def _tell(self, position: int) -> Iterator[Finding]:
        if position != self.told:
            self.told = position
            yield Finding(Fault.TILE, detail=f"{self.level}/{position}")


def _entries(wave: Wave, level: int, skip: int) -> Iterator[tuple[int, bytes]]:
    expected, within = divmod(skip, tiles.WIDTH)
    stored = Tile.objects.filter(wave=wave, level=level).order_by("position")
    while tile := stored.filter(position__gte=expected).first():
        for entry in tiles.split(bytes(tile.hashes))[within:]:
            yield tile.position, entry
        expected, within = tile.position + 1, 0
