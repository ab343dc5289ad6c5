"""The chain over the record of acts.

An act is noted in the transaction that carries it out, and gets its place in the chain after that:
so nobody waits for somebody else's draw, and nothing can deadlock. Its leaf is hashed as a
response's is (RFC 9162); each link is the hash of the one before and the leaf.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection, models, transaction
from django.utils.translation import gettext_noop as _

from surveys.hash_tree import EMPTY, leaf_hash, node_hash
from surveys.models.act import Act

DOMAIN = "citizen-satisfaction act v1"
AT_ONCE = 1_000
_LOCK = 0x6163_7473  # "acts": one chains at a time
_WRITABLE: models.QuerySet[Act] = models.QuerySet(Act)


class Head(NamedTuple):
    """How many acts the chain has, and the hash over them."""

    size: int
    chain: bytes

    def __str__(self) -> str:
        return f"{self.size}:{self.chain.hex()}"


class Fault(NamedTuple):
    position: int
    what: str


def text_of(act: Act) -> str:
    """What is hashed: all that the act says, as JSON with sorted keys."""
    said = {
        "at": act.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": act.who,
        "what": act.what,
        "kind": act.kind,
        "about": act.about,
        "detail": act.detail,
        "session": act.session,
    }
    body = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{DOMAIN}\n{act.salt}\n{body}"


def head() -> Head:
    last = Act.objects.exclude(position=None).order_by("-position").first()
    if last is None or last.position is None or last.chain is None:
        return Head(0, EMPTY)
    return Head(last.position + 1, bytes(last.chain))


def chain_new() -> None:
    """Give every act that has none its place in the chain."""
    while _chain_some() == AT_ONCE:
        pass


@transaction.atomic
def _chain_some() -> int:
    if connection.vendor == "postgresql":  # on SQLite the transaction itself keeps others out
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    new = list(Act.objects.filter(position=None).order_by("pk")[:AT_ONCE])
    size, chain = head() if new else (0, EMPTY)
    for position, act in enumerate(new, size):
        leaf = leaf_hash(text_of(act).encode())
        chain = node_hash(chain, leaf)
        _WRITABLE.filter(pk=act.pk).update(position=position, leaf=leaf, chain=chain)
    return len(new)


def noted_root(text: str) -> tuple[int, str]:
    """A hash that was noted elsewhere, as `Head` writes it. Raise ValueError."""
    size, _colon, root = text.strip().partition(":")
    if not size.isdecimal() or len(bytes.fromhex(root)) != 32:
        raise ValueError(text)
    return int(size), root.lower()


def verify(noted: dict[int, str] | None = None) -> Iterator[Fault]:
    """Compute the chain again from what is stored. `noted`: hashes noted elsewhere, by how many
    acts they are over."""
    noted = dict(noted or {})
    chain, size = EMPTY, 0
    chained = Act.objects.exclude(position=None).order_by("position")
    for act in chained.iterator(chunk_size=AT_ONCE):
        if act.position != size:
            yield Fault(size, _("is missing"))
            size = act.position or 0
        leaf, before = bytes(act.leaf or b""), chain
        if not act.emptied and leaf_hash(text_of(act).encode()) != leaf:
            yield Fault(size, _("was changed"))
        chain, size = bytes(act.chain or b""), size + 1
        if node_hash(before, leaf) != chain:
            yield Fault(size - 1, _("does not follow from the one before"))
        if (wanted := noted.pop(size, "")) and wanted != chain.hex():
            yield Fault(size - 1, _("is not what was noted"))
    yield from (Fault(size - 1, _("was noted, and is missing")) for size in noted)


def old(before: datetime, what: list[Act.What]) -> models.QuerySet[Act]:
    """Acts of these kinds that were done before a time, and still say what."""
    return Act.objects.filter(at__lt=before, what__in=what, emptied=False).exclude(position=None)


def empty(acts: models.QuerySet[Act]) -> int:
    """Forget what these acts were. Their hashes stay, so the chain still holds."""
    return _WRITABLE.filter(pk__in=acts.values("pk")).update(
        by=None, who="", about="", detail={}, session="", salt="", emptied=True
    )
