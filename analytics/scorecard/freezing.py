"""The scorecard is frozen with each wave that is published, so that what was shown can be shown."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from analytics.models import FrozenScorecard
from analytics.scorecard.records import records
from analytics.scoring.publication import published
from surveys import clock
from surveys.models import Wave


def freeze(wave: Wave, **_signal: Any) -> None:
    """In the transaction that publishes, the wave's own figure among the rest."""
    with translation.override(settings.LANGUAGE_CODE):
        FrozenScorecard.objects.create(wave=wave, frozen_at=clock.now(), indicators=records())


def frozen() -> QuerySet[FrozenScorecard]:
    """Of published waves, newest first: for everybody."""
    kept = FrozenScorecard.objects.filter(wave__state=Wave.State.PUBLISHED)
    return kept.select_related("wave").order_by("-frozen_at")


def connect() -> None:
    published.connect(freeze)
