"""A published wave's papers are made by themselves; those of a simulated one when ordered.

Apart from what makes them, which every process would have to load when it starts.
"""

from __future__ import annotations

from typing import Any

from celery import current_app
from django.db import transaction

from analytics.scoring.publication import published
from surveys.models import Wave

ORDER = "analytics.reporting.papers.order_at_publication"


def send_for_papers(wave: Wave, **_signal: Any) -> None:
    if not wave.simulated:
        transaction.on_commit(lambda: current_app.send_task(ORDER, [wave.pk]))


def connect() -> None:
    published.connect(send_for_papers)
