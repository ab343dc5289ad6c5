"""Where the hashes of a log are kept: tiles of 256, eight levels of the tree at a time.

The layout is that of C2SP's tlog-tiles. Only full nodes are stored, so a tile never changes once
it is full, and adding leaves touches one unfinished tile a level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from responses.models.ledger import Tile
from surveys.hash_tree import Growing, Node, Span, hash_of, nodes_of, root_over
from surveys.models import Wave

HEIGHT = 8
WIDTH = 1 << HEIGHT
BYTES = 32

Place = tuple[int, int]
"""Level and position of a tile."""


class BrokenLogError(Exception):
    """What is stored of a log does not fit together: somebody changed the database."""


def split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + BYTES] for at in range(0, len(hashes), BYTES)]


def size_of(wave: Wave) -> int:
    """How many leaves the log of a wave has."""
    last = Tile.objects.filter(wave=wave, level=0).order_by("-position").first()
    return last.position * WIDTH + len(last.hashes) // BYTES if last else 0


def append(wave: Wave, hashes: Sequence[bytes]) -> int:
    """Add the hashes of leaves; returns the position of the first. The caller holds the wave's
    lock: two who append at once would fork the log. Raise BrokenLogError."""
    first = start = size_of(wave)
    changed: dict[Place, bytes] = {}
    level, new = 0, list(hashes)
    while new:
        position, held = divmod(start, WIDTH)
        if held:
            new = _unfinished(wave, (level, position), held) + new
        tiles = [new[at : at + WIDTH] for at in range(0, len(new), WIDTH)]
        for number, tile in enumerate(tiles, start=position):
            changed[level, number] = b"".join(tile)
        new = [root_over(tile) for tile in tiles if len(tile) == WIDTH]
        level, start = level + 1, position
    _write(wave, changed)
    return first


def _unfinished(wave: Wave, place: Place, held: int) -> list[bytes]:
    hashes = _read(wave, [place]).get(place, [])
    if len(hashes) != held:
        raise BrokenLogError(f"tile {place} of wave {wave.code}")
    return hashes


def _write(wave: Wave, tiles: dict[Place, bytes]) -> None:
    statement = (
        f"INSERT INTO {Tile._meta.db_table} (wave_id, level, position, hashes)"  # noqa: S608
        " VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (wave_id, level, position) DO UPDATE SET hashes = excluded.hashes"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(wave.pk, *place, tile) for place, tile in tiles.items()])


def roots_over(wave: Wave, spans: Sequence[Span]) -> list[bytes]:
    """The roots over spans of the wave's tree, all tiles read at once. Raise BrokenLogError."""
    node = _reader(wave, (node for span in spans for node in nodes_of(span)))
    return [hash_of(span, node) for span in spans]


def tree_of(wave: Wave, size: int) -> Growing:
    """The tree as it was at `size` leaves, to be added to. Raise BrokenLogError."""
    nodes = nodes_of((0, size))
    node, tree = _reader(wave, nodes), Growing()
    for level, place in nodes:
        tree.add([node((level, place))], level)
    return tree


def _reader(wave: Wave, nodes: Iterable[Node]) -> Callable[[Node], bytes]:
    """What gives each of these nodes, all tiles read at once."""
    tiles = _read(wave, {_holder(node) for node in nodes})

    def node(named: Node) -> bytes:
        level, place = named
        height = level % HEIGHT
        begin = (place << height) % WIDTH
        hashes = tiles.get(_holder(named), [])[begin : begin + (1 << height)]
        if len(hashes) < 1 << height:
            raise BrokenLogError(f"tile {_holder(named)} of wave {wave.code}")
        return root_over(hashes)

    return node


def root_at(wave: Wave, size: int) -> bytes:
    """The root of the tree as it was at `size` leaves. Raise BrokenLogError."""
    return roots_over(wave, [(0, size)])[0]


def _holder(node: Node) -> Place:
    """The tile that holds a node, or what it is made of."""
    level, place = node
    return level // HEIGHT, (place << level % HEIGHT) // WIDTH


def _read(wave: Wave, places: Iterable[Place]) -> dict[Place, list[bytes]]:
    wanted = [Q(level=level, position=position) for level, position in places]
    if not wanted:
        return {}
    tiles = Tile.objects.filter(reduce(or_, wanted), wave=wave)
    return {(tile.level, tile.position): split(bytes(tile.hashes)) for tile in tiles}
