"""A worker's processes over the folder, where one that is killed does not stop the others unseen.

Over Redis and RabbitMQ each process has a pipe of its own. Over the folder they share one, and an
idle process holds its lock while it waits: killed then, as by a machine without memory, nobody
frees the lock, and the worker lives on without doing anything.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from billiard.pool import RUN
from celery.concurrency import prefork

log = logging.getLogger(__name__)

# The libraries declare no types.
library: Any = prefork


class EndingPool(library.BlockingPool):
    def process_flush_queues(self, worker: Any) -> None:
        """Of a process that has ended. By a signal: end the worker, which is started again."""
        if worker.exitcode < 0 and self._state == RUN:
            log.error("Process %s was killed (signal %d).", worker.pid, -worker.exitcode)
            os._exit(1)
        super().process_flush_queues(worker)


class TaskPool(library.TaskPool):
    BlockingPool = EndingPool
