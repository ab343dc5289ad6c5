"""The arithmetic of RFC 9162, section 2.1: hashes, roots, proofs and how they are verified.

It knows neither a database nor a response. A node of a tree is named by its level, 0 for leaves,
and its place from the left: node (l, i) stands over the leaves from i·2^l up to (i + 1)·2^l.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""

Node = tuple[int, int]
Span = tuple[int, int]
"""Leaves from the first number up to, and without, the second."""


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def root_over(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of leaves, or of equally high full nodes, side by side."""
    if not hashes:
        return EMPTY
    row = list(hashes)
    while len(row) > 1:
        above = [node_hash(row[k], row[k + 1]) for k in range(0, len(row) - 1, 2)]
        if len(row) % 2:
            above.append(row[-1])
        row = above
    [root] = row
    return root


def nodes_of(span: Span) -> list[Node]:
    """The full nodes that together stand over a span, from the left."""
    begin, end = span
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def hash_of(span: Span, read: Callable[[Node], bytes]) -> bytes:
    """The root over a span of a tree whose full nodes `read` gives. The span begins where a full
    node of at least its length may begin, as all spans of a proof do."""
    hashes = [read(node) for node in nodes_of(span)]
    if not hashes:
        return EMPTY
    root = hashes.pop()
    while hashes:
        root = node_hash(hashes.pop(), root)
    return root


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Whose roots make the proof that leaf `index` is in the tree of `size` leaves (2.1.3.1)."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} of {size}")
    spans = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    return spans[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """Whose roots make the proof that the tree of `second` leaves begins with that of `first`
    (2.1.4.1). Nothing is to be proved of an empty tree, nor of equal ones."""
    if not 0 <= first <= second:
        raise IndexError(f"tree of {first} in {second}")
    if first in (0, second):
        return []
    spans = []
    begin, end, known = 0, second, True
    while first < end:
        middle = begin + _split(end - begin)
        if first <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin, known = middle, False
    if not known:
        spans.append((begin, end))
    return spans[::-1]


def _split(length: int) -> int:
    """The largest power of two below `length`."""
    return 1 << ((length - 1).bit_length() - 1)


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` shows the leaf of this hash at `index` under `root` (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    spot, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if spot % 2 or spot == last:
            found = node_hash(step, found)
            while spot % 2 == 0 and spot:
                spot, last = spot >> 1, last >> 1
        else:
            found = node_hash(found, step)
        spot, last = spot >> 1, last >> 1
    return last == 0 and found == root


def extends(
    first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Whether `path` shows that the second tree begins with the first (2.1.4.2)."""
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY
    if not 0 < first < second or not path:
        return False
    steps = list(path) if first & (first - 1) else [first_root, *path]
    spot, last = first - 1, second - 1
    while spot % 2:
        spot, last = spot >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if spot % 2 or spot == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while spot % 2 == 0 and spot:
                spot, last = spot >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        spot, last = spot >> 1, last >> 1
    return last == 0 and older == first_root and newer == second_root


class Growing:
    """A tree that leaves are added to, of which only the full nodes at its right edge are kept."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def add(self, hashes: Sequence[bytes], height: int = 0) -> None:
        """Add leaves, or full nodes over 2^height leaves each, where the tree may have such."""
        for leaf in hashes:
            node, full = leaf, self.size >> height
            while full % 2:
                node = node_hash(self._edge.pop(), node)
                full >>= 1
            self._edge.append(node)
            self.size += 1 << height

    def root(self, last: bytes | None = None) -> bytes:
        """The root; `last`: over the leaves behind, fewer than any full node at the edge has."""
        nodes = [*self._edge, last] if last else self._edge
        if not nodes:
            return EMPTY
        root, *rest = reversed(nodes)
        for left in rest:
            root = node_hash(left, root)
        return root
