"""Background work on responses."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from celery import shared_task
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from responses.comments import complaining, danger, topics
from responses.importers.detect import open_table
from responses.importers.importing import Checkpoint, ImportFailed, import_responses
from responses.importers.lists import BRING
from responses.importers.mapping_toml import read_mapping
from responses.importers.summary import Summary
from responses.ledger import checkpoints, cosigning
from responses.models import ImportJob
from responses.privacy.retention import carry_out
from responses.screening.screen import screen
from surveys import clock
from surveys.models import User, Wave
from surveys.rejections import Rejections

logger = logging.getLogger(__name__)


class TakenOver(Exception):
    """Another worker has the job: this one was silent for too long."""


@shared_task
def run_import(job_id: str) -> None:
    """Import one file, from where it was left, unless another worker has it."""
    if not _take(job_id):
        return
    job = ImportJob.objects.select_related("wave").get(pk=job_id)
    with translation.override(job.language):
        try:
            summary = _bring(job) if job.kind in BRING else asdict(_import(job))
        except TakenOver:
            logger.warning("import %s was taken over", job.pk)
        except ImportFailed as error:
            _finish(job, state=ImportJob.State.FAILED, error=str(error))
        except Exception:
            logger.exception("import %s failed", job.pk)
            _finish(
                job,
                state=ImportJob.State.FAILED,
                error=_("Something went wrong. The worker’s log gives the reason."),
            )
        else:
            _finish(job, state=ImportJob.State.DONE, position=F("size"), summary=summary)
            job.file.delete(save=False)  # citizens' words are not kept twice
            ImportJob.objects.filter(pk=job.pk).update(file="")


def _take(job_id: str) -> bool:
    return ImportJob.claim(
        job_id,
        attempt=F("attempt") + 1,
        started_at=clock.now(),
        started_from=F("position"),
    )


def _import(job: ImportJob) -> Summary:
    mapping = read_mapping(job.mapping)
    table = open_table(job.path, delimiter=mapping.delimiter, layout=mapping.layout)
    _mine(job).update(size=table.size, heartbeat=clock.now())
    with Rejections(
        job.report_path,
        count=job.count("rejected"),
        after=job.report_size if job.report_path.exists() else 0,
    ) as rejections:

        def tick(checkpoint: Checkpoint) -> None:
            updated = _mine(job).update(
                summary=asdict(checkpoint.summary),
                position=checkpoint.position,
                report_size=checkpoint.report_size,
                heartbeat=clock.now(),
            )
            if not updated:
                raise TakenOver

        return import_responses(
            table,
            mapping,
            wave_code=job.wave.code,
            create=job.create_missing,
            rejections=rejections,
            done_before=Summary(**job.summary),
            on_chunk=tick,
        )


def _bring(job: ImportJob) -> dict[str, int]:
    """A list of known layout: the same file again changes nothing, so it begins anew."""
    table = open_table(job.path)
    _mine(job).update(size=table.size, heartbeat=clock.now())
    with Rejections(job.report_path) as rejections:
        counts = BRING[job.kind](
            table,
            job.wave,
            rejections,
            lambda at: _mine(job).update(position=at, heartbeat=clock.now()),
            actor=job.requested_by,
            name=job.name,
        )
        _mine(job).update(report_size=rejections.written())
    return counts


def _mine(job: ImportJob) -> QuerySet[ImportJob]:
    """The job's row, for as long as no other worker has claimed it."""
    return ImportJob.objects.filter(pk=job.pk, attempt=job.attempt, state=ImportJob.State.RUNNING)


def _finish(job: ImportJob, **fields: Any) -> None:
    _mine(job).update(heartbeat=clock.now(), **fields)


@shared_task
def requeue_lost_imports() -> None:
    """Send word again of jobs whose message or worker was lost."""
    for job in ImportJob.lost():
        run_import.delay(str(job.pk))


@shared_task
def clear_what_is_due(account: int | None = None) -> None:
    """Once a day, and when somebody orders it."""
    actor = User.objects.filter(pk=account).first() if account else None
    for code, counts in carry_out(actor).items():
        for wave, count in counts.items():
            logger.info("retention: %s %s: %d", code, wave, count)


@shared_task
def tell_of_danger() -> None:
    """Several times a minute."""
    danger.tell()


@shared_task
def sort_comments() -> None:
    """Once the dictionary of topics has changed."""
    topics.mark_all()


@shared_task
def learn_complaints() -> None:
    """Once a day, and does something once a week."""
    complaining.learn_if_due()


@shared_task
def publish_roots() -> None:
    """Several times a day: the first that finds a new day, or a grown log, publishes its root."""
    checkpoints.keep_daily()
    cosigning.ask_witnesses()


@shared_task
def screen_waves() -> None:
    """Screen what has come in since the last time; closed waves once, for good."""
    for wave in Wave.objects.filter(state__in=[Wave.State.OPEN, Wave.State.CLOSED]):
        screen(wave)
