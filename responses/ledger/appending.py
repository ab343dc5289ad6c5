"""Responses enter the log: one leaf for each response at each revision, exactly once.

Whoever counts calls this in the transaction that counts, holding the wave's lock, before the
journal entries are deleted. So sending a response costs nothing more, and nothing is counted that
is not in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from responses.ledger import tiles
from responses.ledger.commitments import FIELDS, Row, commitment_of, leaf_text
from responses.models import JournalEntry, Response, Revision
from responses.models.columns import emptied
from responses.models.ledger import Leaf
from surveys.hash_tree import leaf_hash
from surveys.models import Wave
from surveys.rows import among, binary, insert

EMPTIED = emptied(once_counted=True)
BESIDES = ("received_at", "service_id", "service__agency_id", "channel_id", "draw", "sampling_unit")
"""What counting and screening need and no leaf commits to."""
LEAF = ("wave_id", "position", "receipt", "revision", "disposition", "commitment")
AT_ONCE = 4_096
"""Leaves made and written together: sixteen tiles."""

Named = tuple[int, int]
"""A response's key and one of its revisions."""
History = dict[tuple[int, int], Mapping[str, Any]]


class Batch(NamedTuple):
    """Responses at some of their revisions, and all that logging and counting need of them."""

    named: Sequence[Named]
    rows: Mapping[int, Row]
    history: History


def append(wave: Wave, entries: Iterable[JournalEntry]) -> Iterator[Batch]:
    """Log what the journal entries name, in their order. Yields each batch once it is logged, so
    that counting need not read it again; what is kept of erased answers only for that is purged
    then. The caller holds the wave's lock."""
    named = ((pk, entry.revision) for entry in entries for pk in entry.response_ids)
    while some := list(islice(named, AT_ONCE)):
        batch = append_revisions(wave, some)
        yield batch
        purge(_erased_in(batch))


def append_revisions(wave: Wave, named: Sequence[Named]) -> Batch:
    """Log these responses at these revisions. The caller holds the wave's lock."""
    found = Response.objects.filter(pk__in=among([pk for pk, _revision in named]))
    rows = {row["pk"]: row for row in found.values(*FIELDS, *BESIDES)}
    batch = Batch(named, rows, history_of(rows.values()))
    leaves = list(_leaves(wave, batch))
    hashes = [leaf_hash(leaf_text(wave.code, *leaf).encode()) for leaf in leaves]
    first = tiles.append(wave, hashes)
    insert(
        Leaf._meta.db_table,
        LEAF,
        [
            (wave.pk, position, *leaf, binary(commitment))
            for position, (*leaf, commitment) in enumerate(leaves, start=first)
        ],
    )
    return batch


def history_of(rows: Iterable[Row]) -> History:
    changed = [row["pk"] for row in rows if row["revision"] > 1]
    if not changed:
        return {}
    changes = Revision.objects.filter(response_id__in=among(changed))
    return {(change.response_id, change.number): change.before for change in changes}


def _leaves(wave: Wave, batch: Batch) -> Iterator[tuple[str, int, str, bytes]]:
    for pk, revision in batch.named:
        if row := batch.rows.get(pk):
            disposition, commitment = commitment_of(wave.code, row, revision, batch.history)
            yield row["receipt"], revision, disposition, commitment


def _erased_in(batch: Batch) -> list[int]:
    """Of whom the batch held the erasing revision, which is the last."""
    last = ((pk, batch.rows[pk]) for pk, revision in batch.named if _is_last(batch, pk, revision))
    return [pk for pk, row in last if row["disposition"] == Response.Disposition.ERASED]


def _is_last(batch: Batch, pk: int, revision: int) -> bool:
    return revision > 1 and pk in batch.rows and batch.rows[pk]["revision"] == revision


def purge(response_ids: Sequence[int]) -> None:
    """Empty what the history, and the group that counted it, tell of these responses."""
    if response_ids:
        Revision.objects.filter(response_id__in=response_ids).update(before={})
        Response.objects.filter(pk__in=response_ids).update(**EMPTIED)
