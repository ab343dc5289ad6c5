"""Responses enter the log: one leaf for each response at each revision, exactly once.

Whoever counts calls this in the transaction that counts, holding the wave's lock, before the
journal entries are deleted. So sending a response costs nothing more, and nothing is counted that
is not in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection

from responses.ledger import tiles
from responses.ledger.commitments import FIELDS, Row, commitment_of, leaf_text
from responses.ledger.records import Leaf
from responses.ledger.tree import leaf_hash
from responses.models import JournalEntry, Response, Revision
from surveys.models import Wave

AT_ONCE = 4_096
"""Leaves made and written together: sixteen tiles."""

Named = tuple[int, int]
"""A response's key and one of its revisions."""
History = dict[tuple[int, int], Mapping[str, Any]]


def append(wave: Wave, entries: Iterable[JournalEntry]) -> None:
    """Log what the journal entries name, in their order. The caller holds the wave's lock."""
    named = ((pk, entry.revision) for entry in entries for pk in entry.response_ids)
    while batch := list(islice(named, AT_ONCE)):
        append_revisions(wave, batch)


def append_revisions(wave: Wave, named: Sequence[Named]) -> None:
    """Log these responses at these revisions. The caller holds the wave's lock."""
    found = Response.objects.filter(pk__in=[pk for pk, _revision in named])
    rows = {row["pk"]: row for row in found.values(*FIELDS)}
    history = history_of(rows.values())
    leaves = list(_leaves(wave, named, rows, history))
    texts = [leaf_text(wave.code, *leaf) for leaf in leaves]
    first = tiles.append(wave, [leaf_hash(text.encode()) for text in texts])
    _write(
        [(wave.pk, position, *leaf) for position, leaf in enumerate(leaves, start=first)],
    )


def history_of(rows: Iterable[Row]) -> History:
    changed = [row["pk"] for row in rows if row["revision"] > 1]
    if not changed:
        return {}
    changes = Revision.objects.filter(response_id__in=changed)
    return {(change.response_id, change.number): change.before for change in changes}


def _leaves(
    wave: Wave, named: Sequence[Named], rows: Mapping[int, Row], history: History
) -> Iterator[tuple[str, int, str, bytes]]:
    for pk, revision in named:
        if row := rows.get(pk):
            yield row["receipt"], revision, *commitment_of(wave.code, row, revision, history)


def _write(rows: Sequence[tuple[Any, ...]]) -> None:
    columns = "wave_id, position, receipt, revision, disposition, commitment"
    table = Leaf._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            statement = f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s, %s, %s, %s)"  # noqa: S608
            cursor.executemany(statement, rows)


def forget_erased(entries: Sequence[JournalEntry]) -> None:
    """Purge what the history keeps of responses that are erased, once these entries are counted
    and logged: until then both need it."""
    later = [pk for entry in entries if entry.revision > 1 for pk in entry.response_ids]
    erased = Response.objects.filter(pk__in=later, disposition=Response.Disposition.ERASED)
    purge(list(erased.values_list("pk", flat=True)))


def purge(response_ids: Sequence[int]) -> None:
    if response_ids:
        Revision.objects.filter(response_id__in=response_ids).update(before={})
        Response.objects.filter(pk__in=response_ids).update(respondent="")
