"""Files that people bring to see whether they are releases that hold.

Whoever brings one has signed in, and has one at a time. What a crafted file can do it does to a
process of its own, with little time and memory, which asks no database.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from analytics.models import KeptRelease, ReleaseCheck
from responses.ledger.cosigning import verifier
from surveys import clock
from surveys.models import User

LARGEST = 30 << 20
"""Bytes of an upload: several times a nation's release, of 200 agencies and 2,000 services."""
SECONDS = 120
MEGABYTES = 2_000
"""Addresses, of which what is loaded takes half before a file is opened."""
KEPT = timedelta(days=30)
NAME_LIMIT = 250

State = ReleaseCheck.State

logger = logging.getLogger(__name__)


class OneAtATimeError(Exception):
    """The file before this one is still being checked."""


def bring(upload: UploadedFile, user: User) -> ReleaseCheck:
    """Keep the file and have it checked. Raises OneAtATimeError."""
    check = ReleaseCheck(
        name=(upload.name or "")[-NAME_LIMIT:],
        digest=_digest(upload),
        requested_by=user,
        requested_at=clock.now(),
    )
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if under_way(user):
            raise OneAtATimeError
        check.file.save("release.zip", upload, save=False)
        check.save(force_insert=True)
        transaction.on_commit(lambda: check_release.delay(str(check.pk)))
    return check


def under_way(user: User) -> ReleaseCheck | None:
    waiting = ReleaseCheck.objects.filter(state__in=[State.QUEUED, State.RUNNING])
    return waiting.filter(requested_by=user).first()


def published_as(check: ReleaseCheck) -> KeptRelease | None:
    """The release whose file this is, byte for byte."""
    return KeptRelease.objects.filter(digest=check.digest).select_related("wave").first()


@shared_task
def check_release(check_id: str) -> None:
    """Look at one, unless another worker does."""
    if not ReleaseCheck.claim(check_id):
        return
    check = ReleaseCheck.objects.get(pk=check_id)
    result = _checked(check.file.path)
    state = State.DONE if result else State.FAILED
    ReleaseCheck.objects.filter(pk=check.pk).update(state=state, result=result, file="")
    check.file.delete(save=False)


@shared_task
def requeue_lost_release_checks() -> None:
    """Send word again of those whose message or worker was lost; forget old ones."""
    ReleaseCheck.objects.filter(requested_at__lt=clock.now() - KEPT).delete()
    for check in ReleaseCheck.lost():
        check_release.delay(str(check.pk))


def _checked(path: str) -> dict[str, object]:
    """Empty where it ended without a word: for want of time or memory."""
    command = [sys.executable, "manage.py", "verify_release", path, "--json"]
    command.append(f"--most-memory={MEGABYTES}")
    if settings.SIGN_RELEASES:
        command.append(f"--key={verifier()}")
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # each takes addresses of its own
    try:
        done = subprocess.run(  # noqa: S603
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        told: dict[str, object] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        logger.warning("a release was not checked: %s", error)
        return {}
    return told


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()
