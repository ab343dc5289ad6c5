"""A wave closes once its declared last day is over."""

from datetime import timedelta

from surveys import clock, waves
from surveys.models import Wave


def close_wave(wave: Wave) -> Wave:
    """Close `wave` as on the day after its end: its last day is moved behind its back."""
    return waves.close_wave(end(wave))


def end(wave: Wave) -> Wave:
    """The last day is over: figures are of all answers, and no longer move in steps of ten."""
    wave.ends_on = clock.today() - timedelta(days=1)
    Wave.objects.filter(pk=wave.pk).update(ends_on=wave.ends_on)
    return wave
