"""Reports on request. The row is the job; a message to a worker only says that there is one."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from analytics.models import Report
from analytics.reporting.report import write_report
from surveys import clock
from surveys.models import Agency, User, Wave

logger = logging.getLogger(__name__)

LOST_AFTER = timedelta(minutes=5)
"""A report whose worker has been silent this long is made again."""


def request_report(
    wave: Wave, agency: Agency | None, language: str, user: User | None, *, queue: bool = True
) -> Report:
    """Ask for a PDF; a worker makes it, unless the caller does (`queue=False`)."""
    report = Report.objects.create(
        wave=wave,
        agency=agency,
        language=language,
        requested_by=user,
        requested_at=clock.now(),
    )
    if queue:
        transaction.on_commit(lambda: make_report.delay(str(report.pk)))
    return report


@shared_task
def make_report(report_id: str) -> None:
    """Make one report, unless another worker has it."""
    if not _take(report_id):
        return
    report = Report.objects.select_related("wave", "agency").get(pk=report_id)

    def on_step(step: int) -> None:
        Report.objects.filter(pk=report.pk).update(step=step, heartbeat=clock.now())

    try:
        pdf = write_report(report.wave, report.agency, report.language, on_step=on_step)
    except Exception as error:
        logger.exception("report %s failed", report.pk)
        Report.objects.filter(pk=report.pk).update(state=Report.State.FAILED, error=str(error))
        return
    about = report.agency.code if report.agency else "nation"
    name = f"{report.wave.code}-{about}-{report.language}.pdf"
    report.file.save(name, ContentFile(pdf), save=False)
    Report.objects.filter(pk=report.pk).update(
        file=report.file.name, step=Report.STEPS, state=Report.State.DONE, heartbeat=clock.now()
    )


def _take(report_id: str) -> bool:
    """Claim a waiting report, or one whose worker has gone silent."""
    now = clock.now()
    waiting = Q(state=Report.State.QUEUED)
    silent = Q(state=Report.State.RUNNING, heartbeat__lt=now - LOST_AFTER)
    claimed = Report.objects.filter(waiting | silent, pk=report_id).update(
        state=Report.State.RUNNING, step=0, heartbeat=now
    )
    return bool(claimed)


@shared_task
def requeue_lost_reports() -> None:
    """Send word again of reports whose message or worker was lost."""
    long_ago = clock.now() - LOST_AFTER
    lost = Report.objects.filter(
        Q(state=Report.State.QUEUED, requested_at__lt=long_ago)
        | Q(state=Report.State.RUNNING, heartbeat__lt=long_ago)
    )
    for report in lost:
        make_report.delay(str(report.pk))
