"""Roots of a wave's log that are published: daily while answers come, and the last one for good."""

from __future__ import annotations

from typing import TypedDict, cast

from django.db import IntegrityError, transaction
from django.utils import timezone

from responses.ledger import tiles
from responses.models.ledger import Checkpoint, Leaf
from surveys import clock
from surveys.models import Wave


class SealedRoot(TypedDict):
    """As it stands in the wave's seal, in the report and in proofs."""

    size: int
    root: str
    at: str


def as_seal(checkpoint: Checkpoint) -> SealedRoot:
    return {"size": checkpoint.size, "root": checkpoint.root, "at": checkpoint.at.isoformat()}


def head(wave: Wave) -> Checkpoint:
    """The root of the log as it is now, not kept. Raise BrokenLogError."""
    size = tiles.size_of(wave)
    return Checkpoint(wave=wave, size=size, root=tiles.root_at(wave, size).hex(), at=clock.now())


def keep(wave: Wave) -> Checkpoint:
    """Publish the root as it is now, unless it is published already."""
    now = head(wave)
    if known := latest(wave, size=now.size):
        return known
    try:
        with transaction.atomic():
            now.save(force_insert=True)
    except IntegrityError:  # another worker was faster
        return Checkpoint.objects.get(wave=wave, size=now.size)
    return now


def keep_daily() -> None:
    """Publish today's root of each log that has grown since the last one of another day. A log
    that takes no more answers is published as soon as it has grown."""
    for wave in Wave.objects.exclude(state=Wave.State.DRAFT):
        last = Checkpoint.objects.filter(wave=wave).order_by("-size").first()
        of_today = last and timezone.localtime(last.at).date() == clock.today()
        if of_today and wave.state == Wave.State.OPEN:
            continue
        if tiles.size_of(wave) > (last.size if last else 0):
            keep(wave)


def latest(wave: Wave, *, size: int | None = None, at_least: int = 0) -> Checkpoint | None:
    """The newest published root; of that very size, or of at least so many leaves."""
    found = Checkpoint.objects.filter(wave=wave, size__gte=at_least)
    if size is not None:
        found = found.filter(size=size)
    return found.order_by("-size").first()


def sealed_or_latest(wave: Wave) -> SealedRoot | None:
    """The root that was sealed with the results or, before, the newest that was published."""
    if sealed := wave.seal.get("log"):
        return cast(SealedRoot, sealed)
    newest = latest(wave)
    return as_seal(newest) if newest else None


def is_kept(wave: Wave, sealed: SealedRoot | None) -> bool:
    """Whether the log still begins with what was sealed."""
    if not sealed:
        return True
    try:
        return tiles.root_at(wave, sealed["size"]).hex() == sealed["root"]
    except tiles.BrokenLogError:
        return False


def erased_since_sealed(wave: Wave) -> bool:
    """Whether answers that are in the published figures have been erased since."""
    sealed = wave.seal.get("log")
    if not sealed:
        return False
    erased = Leaf.objects.filter(wave=wave, disposition="erased")
    return erased.filter(position__gte=sealed["size"]).exists()
