"""The time of the last answer, kept as answers are folded: nothing looks through all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from analytics.models import LastAnswer
from responses.models import Response
from surveys.models import Wave


def note(wave: Wave, rows: Iterable[Mapping[str, Any]]) -> None:
    """Move the time on by what is folded; to be called while the wave is held."""
    counted = Response.Disposition.COUNTED
    times = [row["answered_at"] for row in rows if row["disposition"] == counted]
    if not times:
        return
    last = max(times)
    if not LastAnswer.objects.filter(wave=wave).exists():
        LastAnswer.objects.create(wave=wave, at=_among_all(wave) or last)
    LastAnswer.objects.filter(wave=wave, at__lt=last).update(at=last)


def last_answer_at(wave: Wave) -> datetime | None:
    """None while nobody has answered. Of a wave that was folded before the time was kept, what its
    responses say."""
    kept = LastAnswer.objects.filter(wave=wave).values_list("at", flat=True).first()
    return kept or _among_all(wave)


def _among_all(wave: Wave) -> datetime | None:
    found = Response.objects.filter(wave=wave).eligible().aggregate(last=Max("answered_at"))
    return found["last"]
