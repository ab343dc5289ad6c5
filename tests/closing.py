"""A wave closes once its declared last day is over."""

from datetime import timedelta

from surveys import clock, waves
from surveys.models import Wave


def close_wave(wave: Wave) -> Wave:
    """Close `wave` as on the day after its end: its last day is moved behind its back."""
    Wave.objects.filter(pk=wave.pk).update(ends_on=clock.today() - timedelta(days=1))
    return waves.close_wave(wave)
