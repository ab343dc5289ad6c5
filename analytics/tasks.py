"""Background work: what a worker finds here, and the tasks of the rooms."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from analytics.alerts.looking import look_at_all
from analytics.alerts.telling import tell
from analytics.counting.stated import moves_in_steps
from analytics.crosstabs.making import make_crosstab, refresh_months, requeue_lost_crosstabs
from analytics.dashboards import digest
from analytics.desk.examining import examine_wave, requeue_lost_examinations
from analytics.desk.publishing import publish_due
from analytics.models import Computation
from analytics.releases.checking import check_release, requeue_lost_release_checks
from analytics.releases.microdata import make_microdata, resume_microdata
from analytics.releases.stamping import stamp_releases
from analytics.reporting.papers import make_next_paper, order_at_publication, resume_papers
from analytics.reporting.requests import make_report, requeue_lost_reports
from analytics.scoring import interim as monitoring
from analytics.scoring.scores import compute_scores, count_what_came
from responses.models import JournalEntry
from surveys import clock
from surveys.leases import lease
from surveys.models import Wave

__all__ = [
    "check_release",
    "examine_wave",
    "look_for_alerts",
    "make_crosstab",
    "make_microdata",
    "make_next_paper",
    "make_report",
    "order_at_publication",
    "publish_due",
    "refresh_months",
    "refresh_open_waves",
    "requeue_lost_crosstabs",
    "requeue_lost_examinations",
    "requeue_lost_release_checks",
    "requeue_lost_reports",
    "resume_microdata",
    "resume_papers",
    "send_digests",
    "stamp_releases",
]

ANEW_AFTER = timedelta(minutes=10)
"""Scores of a running wave between two statements, while answers come."""


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
    if computed is not None and waiting and _stands(wave, computed):
        count_what_came(wave)
    elif waiting or computed is None or _outdated(wave, computed):
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


def _stands(wave: Wave, computed: Computation) -> bool:
    """Whether no rating moves before tomorrow's statement. What else scores rest on, as the frame
    or how many of the drawn have answered, may be some minutes old."""
    stated_today = moves_in_steps(wave) and computed.stated_on == clock.today()
    return stated_today and not _some_minutes_old(computed)


def _some_minutes_old(computed: Computation) -> bool:
    return clock.now() - computed.computed_at >= ANEW_AFTER


def _outdated(wave: Wave, computed: Computation) -> bool:
    """Once a wave has closed the rate of response is known, and flagged where it is low. While it
    is open its figures may move once a day, the last time when its last day is over; and what came
    since they were computed changes the rate."""
    if wave.state == Wave.State.OPEN:
        if clock.day_of(computed.computed_at) < clock.today():
            return True
        last = computed.last_answer_at
        return last is not None and last > computed.computed_at and _some_minutes_old(computed)
    return wave.closed_at is not None and computed.computed_at < wave.closed_at
