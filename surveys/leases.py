"""Work that is worth doing once at a time, by whichever process comes first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Q

from surveys import clock
from surveys.models import Lease

LASTS = timedelta(minutes=2)
"""After so long the work of a process that died is taken up by another. What is done twice must
not be wrong, only in vain."""


@contextmanager
def lease(name: str) -> Iterator[bool]:
    """Whether the work is ours now. A row, not a lock of the session: those get lost behind a pool
    of connections."""
    now = clock.now()
    until = now + LASTS
    Lease.objects.get_or_create(name=name, defaults={"until": now})
    # One that would last much longer was written by a clock that is wrong.
    free = Q(until__lte=now) | Q(until__gt=until + LASTS)
    ours = Lease.objects.filter(free, name=name).update(until=until) == 1
    try:
        yield ours
    finally:
        if ours:
            Lease.objects.filter(name=name, until=until).update(until=now)
