"""Reports on request."""

from __future__ import annotations

import logging

from celery import shared_task
from django.core.files.base import ContentFile
from django.db import transaction

from analytics.models import Report
from analytics.reporting.report import write_report
from surveys import clock
from surveys.acts import record
from surveys.models import Act, Agency, User, Wave

logger = logging.getLogger(__name__)


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
        record(Act.What.ORDER, report, user, wave=wave.code, agency=agency.code if agency else "")
        transaction.on_commit(lambda: make_report.delay(str(report.pk)))
    return report


@shared_task
def make_report(report_id: str) -> None:
    """Make one report, unless another worker has it."""
    if not Report.claim(report_id, step=0):
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


@shared_task
def requeue_lost_reports() -> None:
    """Send word again of reports whose message or worker was lost."""
    for report in Report.lost().filter(in_set=False):  # a set has its own way (papers.py)
        make_report.delay(str(report.pk))
