"""Publishing a wave, and showing later that what was published still holds."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import Signal

from analytics.models import Computation, Score
from analytics.scoring.importance import keep_importance
from analytics.scoring.records import as_records
from analytics.scoring.scores import compute_scores
from responses.ledger import checkpoints
from responses.screening.screen import screen
from surveys.models import User, Wave
from surveys.waves import broken_seals, digest, publish_wave

published = Signal()
"""Sent within the transaction that publishes `wave`, to what is to be kept with it."""


@transaction.atomic
def publish(wave: Wave, *, actor: User | None = None) -> Wave:
    """Screen, count and compute the closed wave for the last time, and make its figures public,
    with the root of its log.

    Raises ValidationError where the wave is not closed, or what it rests on has changed.
    """
    # Nothing is erased between the last count and the seal.
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if wave.state == Wave.State.CLOSED:
        screen(wave)
        compute_scores(wave, rebuild=True)
        keep_importance(wave)
    wave = publish_wave(
        wave,
        results=as_records(list(Score.objects.filter(wave=wave))),
        log=checkpoints.as_seal(checkpoints.keep(wave)),
        months=_months(wave),
        actor=actor,
    )
    published.send(Wave, wave=wave)
    return wave


def verify(wave: Wave) -> list[str]:
    """What no longer is as it was sealed: questionnaire, method, frame, results, months or the root
    of the log. What is behind that root, `verify_log` shows."""
    broken = broken_seals(wave)
    sealed = wave.seal.get("results")
    if sealed and sealed != digest(as_records(list(Score.objects.filter(wave=wave)))):
        broken.append("results")
    if wave.seal.get("months", digest(None)) != digest(_months(wave) or None):
        broken.append("months")
    if not checkpoints.is_kept(wave, wave.seal.get("log")):
        broken.append("log")
    return broken


def _months(wave: Wave) -> Any:
    return Computation.objects.values_list("months", flat=True).filter(wave=wave).first()
