"""Background work: what a worker finds here, and the tasks of the rooms."""

from __future__ import annotations

from celery import shared_task

from analytics.alerts.looking import look_at_all
from analytics.alerts.telling import tell
from analytics.dashboards import digest
from analytics.desk.examining import examine_wave, requeue_lost_examinations
from analytics.desk.publishing import publish_due
from analytics.models import Computation
from analytics.reporting.papers import make_next_paper, order_at_publication, resume_papers
from analytics.reporting.requests import make_report, requeue_lost_reports
from analytics.scoring import interim as monitoring
from analytics.scoring.scores import compute_scores
from responses.models import JournalEntry
from surveys import clock
from surveys.leases import lease
from surveys.models import Wave

__all__ = [
    "examine_wave",
    "look_for_alerts",
    "make_next_paper",
    "make_report",
    "order_at_publication",
    "publish_due",
    "refresh_open_waves",
    "requeue_lost_examinations",
    "requeue_lost_reports",
    "resume_papers",
    "send_digests",
]


@shared_task
def refresh_open_waves() -> None:
    """Count what has come in, and compute the scores of the waves it came in for: one worker a
    wave, however many there are and however long it takes."""
    for wave in Wave.objects.filter(state__in=[Wave.State.OPEN, Wave.State.CLOSED]):
        with lease(f"figures of wave {wave.pk}") as ours:
            if ours:
                _refresh(wave)


def _refresh(wave: Wave) -> None:
    waiting = JournalEntry.objects.filter(wave=wave).exists()
    computed = Computation.objects.filter(wave=wave).first()
    if waiting or computed is None or _outdated(wave, computed):
        compute_scores(wave)
    if wave.state == Wave.State.OPEN and not monitoring.is_current(wave):
        monitoring.watch(wave)


@shared_task
def send_digests() -> None:
    """Several times an hour: whoever has had none since Monday morning gets one."""
    digest.send_due()


@shared_task
def look_for_alerts() -> None:
    """Several times a day: figures move once, and what could not be sent is sent then."""
    look_at_all()
    tell()


def _outdated(wave: Wave, computed: Computation) -> bool:
    """Once a wave has closed the rate of response is known, and flagged where it is low. While it
    is open its figures may move once a day, the last time when its last day is over."""
    if wave.state == Wave.State.OPEN:
        return clock.day_of(computed.computed_at) < clock.today()
    return wave.closed_at is not None and computed.computed_at < wave.closed_at
