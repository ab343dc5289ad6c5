"""From closed to published: one person checks, another approves, then it is ordered for a moment.

Each step is refused out of turn, and put on record with who did it.
"""

from __future__ import annotations

import logging
from datetime import datetime

from celery import shared_task
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from analytics.desk.checklist import checklist, is_current, last_examination
from analytics.models import Examination, Publication
from analytics.scoring.publication import publish
from surveys import clock
from surveys.acts import record
from surveys.models import Act, User, Wave

logger = logging.getLogger(__name__)


@transaction.atomic
def mark_checked(wave: Wave, actor: User) -> Publication:
    """Say that the check-list holds. Raise ValidationError where it does not."""
    wave = _lock(wave)
    examination = _passed(wave)
    if Publication.objects.filter(wave=wave).exists():
        raise ValidationError(_("It is marked as checked already."))
    record(Act.What.CHECK, wave, actor, results=examination.result["results"])
    return Publication.objects.create(
        wave=wave,
        checked_by=actor,
        checked_at=clock.now(),
        results=examination.result["results"],
    )


@transaction.atomic
def approve(wave: Wave, actor: User) -> Publication:
    """Raise ValidationError for whoever has checked it: two people answer for what is published."""
    wave = _lock(wave)
    publication = _publication(wave)
    if publication.approved_by_id:
        raise ValidationError(_("It is approved already."))
    if publication.checked_by_id == actor.pk:
        raise ValidationError(
            _("You have checked it yourself. Somebody else approves: ask a colleague.")
        )
    _still_as_checked(wave, publication)
    publication.approved_by, publication.approved_at = actor, clock.now()
    publication.save()
    record(Act.What.APPROVE, wave, actor, results=publication.results)
    return publication


@transaction.atomic
def send_back(wave: Wave, actor: User, why: str) -> None:
    """Take back check, approval and order, until it is published."""
    wave = _lock(wave)
    _publication(wave).delete()
    record(Act.What.RETURN, wave, actor, why=why)


@transaction.atomic
def order(wave: Wave, actor: User, due_at: datetime | None = None) -> Publication:
    """Have it published now, or at a later moment."""
    wave = _lock(wave)
    publication = _publication(wave)
    if publication.approved_by_id is None:
        raise ValidationError(_("Nobody has approved it yet."))
    if due_at and due_at <= clock.now():
        raise ValidationError(_("This moment has passed. Leave it empty to publish now."))
    _still_as_checked(wave, publication)
    publication.ordered_by, publication.due_at = actor, due_at or clock.now()
    publication.problem = ""
    publication.save()
    record(Act.What.SCHEDULE, wave, actor, due=publication.due_at.isoformat())
    transaction.on_commit(lambda: publish_due.delay())
    return publication


@shared_task
def publish_due() -> None:
    """Once a minute, and when a publication is ordered."""
    due = Publication.objects.filter(due_at__lte=clock.now(), problem="")
    for publication in due.filter(wave__state=Wave.State.CLOSED).select_related("wave"):
        try:
            publish(publication.wave, actor=publication.ordered_by)
        except Exception as error:
            # Another worker may have been faster.
            waiting = Publication.objects.filter(
                pk=publication.pk, wave__state=Wave.State.CLOSED
            ).exists()
            if waiting:
                logger.exception("wave %s was not published", publication.wave.code)
                Publication.objects.filter(pk=publication.pk).update(problem=_words_of(error))


def _words_of(error: Exception) -> str:
    return " ".join(getattr(error, "messages", [str(error)])) or type(error).__name__


def _lock(wave: Wave) -> Wave:
    """The wave, locked as publication locks it. Raise ValidationError unless it is closed."""
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if wave.state != Wave.State.CLOSED:
        raise ValidationError(
            _("Wave %(wave)s is %(state)s; it must be %(expected)s for this step.")
            % {
                "wave": wave.code,
                "state": wave.get_state_display(),
                "expected": Wave.State.CLOSED.label,
            }
        )
    return wave


def _publication(wave: Wave) -> Publication:
    if publication := Publication.objects.filter(wave=wave).first():
        return publication
    raise ValidationError(_("Nobody has marked it as checked yet."))


def _passed(wave: Wave) -> Examination:
    """The examination of the figures as they are. Raise ValidationError where it did not pass."""
    job = last_examination(wave)
    current = is_current(wave, job)
    failed = [line.what for line in checklist(wave, job, current=current) if not line.holds]
    if failed or job is None:
        raise ValidationError(_("Not yet: %(failed)s") % {"failed": "; ".join(failed)})
    return job


def _still_as_checked(wave: Wave, publication: Publication) -> None:
    if _passed(wave).result["results"] != publication.results:
        raise ValidationError(
            _("The figures have changed since they were checked. Send it back and check again.")
        )
