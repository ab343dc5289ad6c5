"""Stretches of a log gone through by several processes, which all read one moment of the database.

Each is a new Python, which imports this before Django is set up: so nothing of Django stands here.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import cycle
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from responses.ledger.stretches import Part, Reader, Stretch

_reader: Reader


def go_through(
    stretches: Iterable[Stretch], processes: int, database: str, snapshot: str, wave: int, size: int
) -> Iterator[Part]:
    """The parts of these stretches, in their order. `snapshot` names the moment, which whoever asks
    has exported and holds; `database` the database, `wave` the key of the wave. Raise
    BrokenProcessPool where a process was ended."""
    spawning = get_context("spawn")
    # One process each: a pool that starts another as it learns that one was ended mixes up pipes.
    pools = [
        ProcessPoolExecutor(1, spawning, _set_up, (database, snapshot, wave, size))
        for _ in range(processes)
    ]
    pending: deque[Future[Part]] = deque()
    try:
        for stretch, pool in zip(stretches, cycle(pools), strict=False):
            pending.append(pool.submit(_work, stretch))
            if len(pending) > 2 * processes:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for pool in pools:
            pool.shutdown(cancel_futures=True)


def _set_up(database: str, snapshot: str, wave: int, size: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked is told, and ends this
    end_with_parent()
    import django

    django.setup()
    from django.db import connection

    from responses.ledger.stretches import Reader
    from surveys.models import Wave

    connection.settings_dict["NAME"] = database
    connection.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
    global _reader
    _reader = Reader(Wave.objects.get(pk=wave), size)


def end_with_parent() -> None:
    """Else a process whose parent was killed would hold its snapshot for ever."""
    parent = parent_process()

    def watch() -> None:
        if parent:
            wait([parent.sentinel])
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def _work(stretch: Stretch) -> Part:
    return _reader.go_through(stretch)
