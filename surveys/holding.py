"""A wave held open: whoever stores something that belongs to it keeps it from closing meanwhile.

In PostgreSQL the wave's row is held FOR KEY SHARE. Whoever closes the wave takes it FOR UPDATE, so
that one of the two waits for the other; those who hold it do not wait for each other, nor for who
counts (FOR NO KEY UPDATE). Held first, before any other row: then no two wait in a ring.
"""

from __future__ import annotations

from django.db import connection

from surveys.models import Wave

_HOLD = f"SELECT id FROM {Wave._meta.db_table} WHERE id = %s::bigint"  # noqa: S608
HOLD_OPEN = f"{_HOLD} AND state = 'open' FOR KEY SHARE"


class ClosedError(Exception):
    """The wave has closed; nothing was stored."""


def hold(wave_id: int) -> None:
    """Within a transaction: until its end the wave stays in the state that it is in."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"{_HOLD} FOR KEY SHARE", [wave_id])


def hold_open(wave_id: int) -> None:
    """Within a transaction: until its end the wave cannot close. Raise ClosedError."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(HOLD_OPEN, [wave_id])
            held = cursor.fetchone()
    else:  # SQLite has one writer at a time: what is looked up here stays true
        held = Wave.objects.filter(pk=wave_id, state=Wave.State.OPEN).exists()
    if not held:
        raise ClosedError
