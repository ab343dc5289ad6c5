"""Who has had a token: a keyed hash each, stored so that its place and its transaction tell nobody
when.

Rows lie in the order in which they came, and PostgreSQL notes with which transaction: so each new
one is stored together with its neighbours by hash, all of them anew. Which of them is the new one
cannot be told, and soon nobody's row is older than another's.
"""

from __future__ import annotations

import secrets

from django.db import connection, router, transaction

from surveys.holding import HOLD_OPEN, ClosedError, hold_open
from surveys.models import IssuedToken, Wave
from surveys.prepared import first_row

STORED_ANEW = 30
"""Rows of others that are stored anew with each new one."""


class AlreadyIssued(Exception):
    """Whoever asks has had the token of this wave."""


def store(wave: Wave, mark: str) -> None:
    """Raise AlreadyIssued, or ClosedError."""
    # Somewhere among its neighbours, at a place drawn by lot: else the one in their middle would
    # be the new one. Rows that another transaction stores anew are left to it.
    before = secrets.randbelow(STORED_ANEW + 1)
    if connection.vendor == "postgresql":
        _store_at_once(wave, mark, before)
    else:
        _store_step_by_step(wave, mark, before)


@transaction.atomic
def _store_step_by_step(wave: Wave, mark: str, before: int) -> None:
    """For SQLite."""
    hold_open(wave.pk)
    if IssuedToken.objects.filter(pk=mark).exists():
        raise AlreadyIssued
    issued = IssuedToken.objects.filter(wave=wave)
    smaller = issued.filter(mark__lt=mark).order_by("-mark")[:before]
    greater = issued.filter(mark__gt=mark).order_by("mark")[: STORED_ANEW - before]
    others = [*smaller.values_list("mark", flat=True), *greater.values_list("mark", flat=True)]
    IssuedToken.objects.filter(mark__in=others)._raw_delete(router.db_for_write(IssuedToken))
    IssuedToken.objects.bulk_create(
        IssuedToken(mark=each, wave=wave) for each in sorted([*others, mark])
    )


_TABLE = IssuedToken._meta.db_table
# "+ 0": by the primary key, which has them in order, also before PostgreSQL has counted the rows.
_NEIGHBOURS = f"""
SELECT mark FROM {_TABLE} WHERE wave_id + 0 = (SELECT id FROM open) AND mark {{}}
LIMIT %s::int FOR UPDATE SKIP LOCKED
"""  # noqa: S608
_STATEMENT = f"""
WITH open AS ({HOLD_OPEN}),
smaller AS ({_NEIGHBOURS.format("< %s::text ORDER BY mark DESC")}),
greater AS ({_NEIGHBOURS.format("> %s::text ORDER BY mark")}),
gone AS (
    DELETE FROM {_TABLE}
    WHERE mark = ANY(ARRAY(SELECT mark FROM smaller UNION ALL SELECT mark FROM greater))
    RETURNING mark
), anew AS (
    INSERT INTO {_TABLE} (mark, wave_id)
    SELECT each.mark, open.id
    FROM open CROSS JOIN (SELECT mark FROM gone UNION ALL SELECT %s::text) AS each
    ORDER BY each.mark
    ON CONFLICT DO NOTHING
    RETURNING mark
)
SELECT EXISTS (SELECT FROM anew WHERE mark = %s::text) FROM open
"""  # noqa: S608


def _store_at_once(wave: Wave, mark: str, before: int) -> None:
    sent = [wave.pk, mark, before, mark, STORED_ANEW - before, mark, mark]
    row = first_row(_STATEMENT, sent)
    if row is None:
        raise ClosedError
    if not row[0]:
        raise AlreadyIssued
