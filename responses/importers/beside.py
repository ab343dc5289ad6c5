"""Work done beside other work: one chunk is stored while the next is read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Any, Self

from django.db import connection

SWITCHED_AFTER = 0.0002
"""Seconds. Sending a chunk to the database takes many short turns; at Python's own 0.005 each of
them would wait that long for whoever reads."""


class Beside:
    """Does one thing after the other on a thread and a database connection of its own. Whoever
    hands over the next waits for the last, and gets what it raised.

    Where the database has one writer, or the caller is in a transaction, it does them at once.
    """

    def __init__(self) -> None:
        alone = connection.vendor != "postgresql" or connection.in_atomic_block
        self._thread = None if alone else ThreadPoolExecutor(1)
        self._under_way: Future[Any] | None = None

    def do(self, action: Callable[..., object], *given: Any) -> None:
        if self._thread is None:
            action(*given)
            return
        self.wait()
        self._under_way = self._thread.submit(copy_context().run, action, *given)

    def wait(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way:
            under_way.result()

    def __enter__(self) -> Self:
        self._usual = sys.getswitchinterval()
        sys.setswitchinterval(SWITCHED_AFTER)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wait for what is under way, whatever has happened here."""
        try:
            if error is None:
                self.wait()
        finally:
            sys.setswitchinterval(self._usual)
            if self._thread:
                self._thread.submit(_close_its_connection)
                self._thread.shutdown()


def _close_its_connection() -> None:
    connection.close()  # looked up in the thread: each has one of its own
