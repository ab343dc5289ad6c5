"""Long lists of the registry: a worker compares them, somebody agrees, a worker applies them.

What is applied is what was shown: the difference is found again and must have the same digest, and
nothing of the list may change between that and the end of the transaction that applies it all.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Any

from celery import shared_task
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys import clock
from surveys.csv_files import FileError
from surveys.differences import Difference
from surveys.models import RegistryFile, User
from surveys.registry_lists import LISTS, RegistryList, bring_in, difference_of, hold_still
from surveys.row_files import BY_A_WORKER, read_rows

State = RegistryFile.State
TICK = 2_000
NAME_LIMIT = 250

logger = logging.getLogger(__name__)


class Changed(Exception):
    """The registry is no longer as it was when the difference was shown."""


def bring(upload: UploadedFile, name: str, user: User, *, whole: bool) -> RegistryFile:
    """Keep the file and have it compared."""
    now = clock.now()
    job = RegistryFile(
        list=name,
        name=(upload.name or "")[-NAME_LIMIT:],
        whole=whole,
        language=get_language() or "th",
        requested_by=user,
        requested_at=now,
        queued_at=now,
    )
    job.file.save("list.csv", upload, save=False)
    job.save(force_insert=True)
    transaction.on_commit(lambda: run_registry_file.delay(str(job.pk)))
    return job


def agree(job: RegistryFile, digest: str) -> bool:
    """Have it applied as it was shown; twice is once."""
    agreed = RegistryFile.objects.filter(pk=job.pk, state=State.COMPARED, digest=digest).update(
        state=State.QUEUED, agreed=True, queued_at=clock.now(), position=0
    )
    if agreed:
        transaction.on_commit(lambda: run_registry_file.delay(str(job.pk)))
    return bool(agreed)


def discard(job: RegistryFile) -> bool:
    """Forget a file that nobody has agreed to."""
    if not RegistryFile.objects.filter(pk=job.pk, state=State.COMPARED).delete()[0]:
        return False
    job.file.delete(save=False)
    return True


def old(before: datetime) -> QuerySet[RegistryFile]:
    """Brought before then, and nobody is at work on them."""
    brought = RegistryFile.objects.filter(requested_at__lt=before)
    return brought.exclude(state__in=[State.QUEUED, State.RUNNING])


def forget_old(before: datetime) -> int:
    jobs = list(old(before))
    for job in jobs:
        job.file.delete(save=False)
        job.delete()
    return len(jobs)


@shared_task
def run_registry_file(job_id: str) -> None:
    """Compare it, or apply it; from the beginning where a worker was lost."""
    if not RegistryFile.claim(job_id, attempt=F("attempt") + 1):
        return
    job = RegistryFile.objects.get(pk=job_id)
    with translation.override(job.language):
        try:
            _apply(job) if job.agreed else _compare(job)
        except FileError as error:
            _mine(job).update(state=State.FAILED, error=str(error))
        except (Changed, IntegrityError):
            _mine(job).update(
                state=State.FAILED,
                error=_("The registry has changed since. Bring the file again and look once more."),
            )
        except Exception:
            logger.exception("registry file %s failed", job.pk)
            _mine(job).update(
                state=State.FAILED,
                error=_("Something went wrong. The worker’s log gives the reason."),
            )
    if RegistryFile.objects.filter(pk=job.pk, state__in=[State.DONE, State.FAILED]).exists():
        job.file.delete(save=False)


@shared_task
def requeue_lost_registry_files() -> None:
    """Send word again of those whose message or worker was lost."""
    for job in RegistryFile.lost():
        run_registry_file.delay(str(job.pk))


def _compare(job: RegistryFile) -> None:
    difference = _difference(job, LISTS[job.list]())
    _mine(job).update(
        state=State.COMPARED,
        digest=difference.digest(),
        shown=difference.shown(),
        position=F("size"),
        heartbeat=clock.now(),
    )


def _apply(job: RegistryFile) -> None:
    register = LISTS[job.list]()
    before = _fingerprint(register)
    difference = _difference(job, register)
    if difference.digest() != job.digest:
        raise Changed
    with transaction.atomic():
        hold_still(register)
        if _fingerprint(register) != before:
            raise Changed
        bring_in(register, difference, job.requested_by, name=job.name)
        # Another worker may have taken it over: then that one applies it.
        if not _mine(job).update(state=State.DONE, heartbeat=clock.now()):
            raise Changed


def _difference(job: RegistryFile, register: RegistryList[Any]) -> Difference[Any]:
    with job.path.open("rb") as file:
        rows = read_rows(file, job.name, register.columns, limits=BY_A_WORKER)
    _mine(job).update(size=len(rows), position=0, heartbeat=clock.now())

    def tick(position: int) -> None:
        if position % TICK == 0:
            _mine(job).update(position=position, heartbeat=clock.now())

    return difference_of(register, rows, whole=job.whole, tick=tick)


def _fingerprint(register: RegistryList[Any]) -> str:
    """Of all that is stored of the list."""
    digest = hashlib.sha256()
    columns = [field.attname for field in register.model._meta.concrete_fields]
    stored = register.model._default_manager.order_by("pk").values_list(*columns)
    for row in stored.iterator(chunk_size=TICK):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _mine(job: RegistryFile) -> QuerySet[RegistryFile]:
    """The job's row, for as long as no other worker has claimed it."""
    return RegistryFile.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING)
