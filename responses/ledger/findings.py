"""What a verification says of a log: what is not as it was, and what it went through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
class Counted:
    """How many leaves were gone through, and what became of them."""

    leaves: int = 0
    opened: int = 0
    """Leaves whose commitment was computed again from what is stored."""
    erased: int = 0
    """Leaves that nobody can open any more, because the citizen erased the answers."""
    expired: int = 0
    """Leaves whose answers were deleted after their time."""
    waiting: int = 0
    """Responses, or changes, that are not counted and logged yet."""


@dataclass
class Checked(Counted):
    """What a verification went through."""

    size: int = 0
    """Leaves up to which it has come, with those that a verification before it went through."""
    root: str = ""
    """The root over them."""

    def add(self, part: Counted) -> None:
        self.leaves += part.leaves
        self.opened += part.opened
        self.erased += part.erased
        self.expired += part.expired
        self.waiting += part.waiting
