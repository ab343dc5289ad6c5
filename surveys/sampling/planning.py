"""The promise that comes before the encounters: a secret is chosen, its digest published."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from surveys import clock
from surveys.models import Draw, Wave
from surveys.sampling.hashed import make_wave_key
from surveys.sampling.sealing import seal_bytes
from surveys.sampling.selection import commitment_to


@transaction.atomic
def plan_draw(wave: Wave) -> Draw:
    """The next draw of the wave, with its commitment; the one that is planned, if one is.

    Raise ValidationError for a wave that has closed.
    """
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if wave.state not in (Wave.State.DRAFT, Wave.State.OPEN):
        raise ValidationError(_("Wave %(wave)s has closed.") % {"wave": wave.code})
    return planned_draw(wave) or commit(wave)


def commit(wave: Wave) -> Draw:
    """A new draw behind those that there are. In the transaction that closes the one before, so
    that encounters always find a commitment that is older than they are."""
    make_wave_key(wave)
    secret = secrets.token_bytes(32).hex()
    return Draw.objects.create(
        wave=wave,
        number=Draw.objects.filter(wave=wave).count() + 1,
        commitment=commitment_to(secret),
        committed_at=clock.now(),
        sealed_secret=seal_bytes(secret.encode()),
    )


def planned_draw(wave: Wave) -> Draw | None:
    """The draw whose list is still open, held until the transaction ends; None once the wave has
    closed or where nothing was planned."""
    planned = Draw.objects.filter(wave=wave, list_closed_at=None, revealed_at=None)
    held = planned.order_by("number").select_for_update(of=("self",))
    # Whoever waited for a list to close finds it closed, and looks again for the next.
    while planned.exists():
        if draw := held.first():
            return draw
    return None
