"""Publishing a wave, and showing later that what was published still holds."""

from __future__ import annotations

from analytics.models import Score
from analytics.scores import as_records, compute_scores
from responses.screening.screen import screen
from surveys.models import Wave
from surveys.waves import broken_seals, digest, publish_wave


def publish(wave: Wave) -> Wave:
    """Screen, count and compute the closed wave for the last time, and make its figures public.

    Raises ValidationError where the wave is not closed, or what it rests on has changed.
    """
    if wave.state == Wave.State.CLOSED:
        screen(wave)
        compute_scores(wave, rebuild=True)
    return publish_wave(wave, results=as_records(list(Score.objects.filter(wave=wave))))


def verify(wave: Wave) -> list[str]:
    """What no longer is as it was sealed: questionnaire, method, frame or results."""
    broken = broken_seals(wave)
    sealed = wave.seal.get("results")
    if sealed and sealed != digest(as_records(list(Score.objects.filter(wave=wave)))):
        broken.append("results")
    return broken
