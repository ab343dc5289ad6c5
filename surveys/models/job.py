"""Work that somebody asked for and a worker does. The row is the job; a message only says so."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q

from surveys import clock
from surveys.models.user import User

LOST_AFTER = timedelta(minutes=5)
"""A job whose worker has been silent this long is taken over."""


class Job(models.Model):
    """A worker that dies leaves the row behind, and another takes it over. A kind of job has its
    own words for its states."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    WAITING_SINCE = "requested_at"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requested_by = models.ForeignKey(User, models.SET_NULL, null=True)
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    heartbeat = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ["-requested_at"]

    @classmethod
    def claim(cls, pk: str, **fields: Any) -> bool:
        """Take a waiting job, or one whose worker has gone silent; False where another has it."""
        now = clock.now()
        waiting = Q(state=Job.State.QUEUED)
        found = cls._default_manager.filter(waiting | cls._silent(), pk=pk)
        return bool(found.update(state=Job.State.RUNNING, heartbeat=now, error="", **fields))

    @classmethod
    def lost(cls) -> models.QuerySet[Self]:
        """Jobs whose message or worker was lost."""
        long_ago = {f"{cls.WAITING_SINCE}__lt": clock.now() - LOST_AFTER}
        return cls._default_manager.filter(Q(state=Job.State.QUEUED, **long_ago) | cls._silent())

    @staticmethod
    def _silent() -> Q:
        return Q(state=Job.State.RUNNING, heartbeat__lt=clock.now() - LOST_AFTER)
