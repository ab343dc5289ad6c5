"""Single answers are kept for a set time after their wave has closed; counts stay."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from responses.models import JournalEntry, Response
from surveys import clock
from surveys.models import Wave


def delete_expired_answers() -> dict[str, int]:
    """Delete the responses of waves that closed longer ago than `ANSWERS_KEPT`.

    Returns how many were deleted, by wave. A wave whose answers are not all counted yet keeps
    them: what nobody has counted would be lost.
    """
    deleted = {}
    last_kept = clock.now() - settings.ANSWERS_KEPT
    for wave in Wave.objects.filter(closed_at__lt=last_kept, answers_deleted_at=None):
        with transaction.atomic():
            Wave.objects.select_for_update().get(pk=wave.pk)
            if JournalEntry.objects.filter(wave=wave).exists():
                continue
            _all, by_model = Response.objects.filter(wave=wave).delete()
            Wave.objects.filter(pk=wave.pk).update(answers_deleted_at=clock.now())
        deleted[wave.code] = by_model.get(Response._meta.label, 0)
    return deleted
