"""Single answers for researchers: asked for, approved or refused, made by a worker, taken away.

Each step is on record. What is in a file, and what is not, `microdata_rows` decides.
"""

from __future__ import annotations

import hashlib
import logging

from celery import shared_task
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet

from analytics.models import MicrodataRequest
from analytics.models.microdata import KEPT, NoMicrodataError
from surveys import clock
from surveys.acts import record
from surveys.leases import lease
from surveys.models import Act, User, Wave

State = MicrodataRequest.State

logger = logging.getLogger(__name__)


@transaction.atomic
def ask(wave: Wave, actor: User, institution: str, purpose: str) -> MicrodataRequest:
    asked = MicrodataRequest.objects.create(
        wave=wave,
        institution=institution,
        purpose=purpose,
        entered_by=actor,
        entered_at=clock.now(),
    )
    record(Act.What.ORDER, asked, actor, wave=wave.code, institution=institution)
    return asked


@transaction.atomic
def approve(pk: int, actor: User) -> None:
    """Raise ValidationError where it is decided already, or is the actor's own."""
    asked = MicrodataRequest.locked_for(pk, actor)
    asked.approve(actor)
    record(Act.What.APPROVE, asked, actor, wave=asked.wave.code, who=asked.entered_by.username)
    transaction.on_commit(lambda: make_microdata.delay(pk))


@transaction.atomic
def refuse(pk: int, actor: User, why: str) -> None:
    """Raise ValidationError likewise, and without a reason."""
    asked = MicrodataRequest.locked_for(pk, actor)
    asked.refuse(actor, why)
    record(Act.What.RETURN, asked, actor, wave=asked.wave.code, why=why)


@shared_task
def make_microdata(pk: int) -> None:
    """Make the file of an approved request, unless it is there or another worker makes it."""
    with lease(f"microdata {pk}") as ours:
        asked = _unmade().filter(pk=pk).select_related("wave").first()
        if ours and asked:
            _make(asked)


@shared_task
def resume_microdata() -> None:
    """Send word again of those whose message or worker was lost; delete files after their time, or
    once the answers they were made of are deleted."""
    for asked in _unmade():
        make_microdata.delay(asked.pk)
    due = Q(made_at__lte=clock.now() - KEPT) | Q(wave__answers_deleted_at__isnull=False)
    for asked in MicrodataRequest.objects.filter(due).exclude(file=""):
        asked.file.delete(save=False)
        MicrodataRequest.objects.filter(pk=asked.pk).update(file="")


def _unmade() -> QuerySet[MicrodataRequest]:
    return MicrodataRequest.objects.filter(state=State.APPROVED, made_at=None, error="")


def _make(asked: MicrodataRequest) -> None:
    from analytics.releases.microdata_files import microdata  # pandas, which no page needs

    moment = clock.now()
    try:
        content, facts = microdata(asked.wave, moment)
    except NoMicrodataError as error:
        MicrodataRequest.objects.filter(pk=asked.pk).update(error=str(error))
        return
    except Exception:
        logger.exception("microdata %s failed", asked.pk)
        MicrodataRequest.objects.filter(pk=asked.pk).update(error="failed")
        return
    asked.digest = hashlib.sha256(content).hexdigest()
    asked.file.save(f"{asked.wave.code}-microdata-{asked.pk}.zip", ContentFile(content), save=False)
    asked.made_at = moment
    with transaction.atomic():
        asked.save(update_fields=["file", "digest", "made_at"])
        record(Act.What.MAKE, asked, wave=asked.wave.code, digest=asked.digest, rows=facts)
