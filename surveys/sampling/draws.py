"""The draw: the list is closed under a digest, the seed made, citizens are drawn."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from surveys import clock
from surveys.acts import record
from surveys.holding import hold
from surveys.models import Act, Draw, Encounter, User, Wave
from surveys.sampling.design import Design
from surveys.sampling.inviting import invite
from surveys.sampling.listing import Planned, list_digest, plan_cells, read_list
from surveys.sampling.planning import commit, planned_draw


def preview(wave: Wave, design: Design) -> list[Planned]:
    """What the draw would come to today; nothing is changed. Raise ValidationError."""
    return plan_cells(design, read_list(Encounter.objects.filter(wave=wave, draw=None)))


@transaction.atomic
def close_list(wave: Wave, design: Design, *, public_source: str = "") -> Draw:
    """Fix the encounters, the design and where the public's number will come from, in one digest.

    Encounters that come later wait for the next draw, to which the platform commits here. Raise
    ValidationError.
    """
    hold(wave.pk)
    draw = _open_list(wave)
    Encounter.objects.filter(wave=wave, draw=None).update(draw=draw)
    listed = Encounter.objects.filter(draw=draw)
    if listed.filter(received_at__lt=draw.committed_at).exists():
        raise ValidationError(
            _("Encounters came in before the draw was committed to: it would prove nothing.")
        )
    rows = read_list(listed)
    if not any(row.reachable for row in rows):
        raise ValidationError(_("No encounter with a contact is waiting for a draw."))
    plan_cells(design, rows)  # an impossible design fails before the list is closed
    draw.design = design.to_dict()
    draw.public_source = public_source
    draw.list_closed_at = clock.now()
    draw.encounters = len(rows)
    draw.encounters_digest = list_digest(draw, rows)
    draw.save()
    commit(wave)
    return draw


@transaction.atomic
def make_draw(
    wave: Wave, design: Design | None = None, *, public_value: str = "", actor: User | None = None
) -> Draw:
    """Draw from the list that was closed; without one, close it by `design` and draw at once.

    One transaction: either all who were drawn have an invitation and a ballot and all other
    contacts are gone, or nothing has changed. Raise ValidationError.
    """
    hold(wave.pk)
    draw = _closed_list(wave)
    if draw is None:
        if design is None:
            raise ValidationError(_("Say how to draw: no list is closed and waiting."))
        draw = close_list(wave, design)
    elif design is not None and design.to_dict() != draw.design:
        raise ValidationError(_("The list was closed with another design; it is part of it."))
    _check_public_value(draw, public_value)
    rows = read_list(Encounter.objects.filter(draw=draw))
    if list_digest(draw, rows) != draw.encounters_digest:
        raise ValidationError(
            _("The encounters are no longer those of the closed list: nothing is drawn.")
        )
    draw.public_value = public_value
    draw.drawn_at = clock.now()
    draw.save()
    invite(draw, rows)
    record(Act.What.DRAW, wave, actor, number=draw.number)
    return draw


def waiting_list(wave: Wave) -> Draw | None:
    """The draw whose list is closed and that waits for its public number."""
    return Draw.objects.filter(
        wave=wave, list_closed_at__isnull=False, drawn_at=None, revealed_at=None
    ).first()


def _open_list(wave: Wave) -> Draw:
    _check_open(wave)
    if waiting_list(wave):
        raise ValidationError(_("A list is closed and waits to be drawn from."))
    draw = planned_draw(wave)
    if draw is None:
        raise ValidationError(_("No draw of wave %(wave)s was committed to.") % {"wave": wave.code})
    return draw


def _closed_list(wave: Wave) -> Draw | None:
    _check_open(wave)
    draw = waiting_list(wave)
    if draw is None:
        return None
    unchanged = Draw.objects.filter(pk=draw.pk, drawn_at=None, revealed_at=None)
    return unchanged.order_by("number").select_for_update(of=("self",)).first()


def _check_open(wave: Wave) -> None:
    """Raise ValidationError for a wave in which those drawn could no longer answer."""
    wave = Wave.objects.get(pk=wave.pk)
    if wave.state != Wave.State.OPEN or clock.today() > wave.ends_on:
        raise ValidationError(_("Wave %(wave)s is not open.") % {"wave": wave.code})


def _check_public_value(draw: Draw, value: str) -> None:
    if draw.public_source and not value:
        raise ValidationError(
            _("The list waits for its public number: %(source)s.") % {"source": draw.public_source}
        )
    if value and not draw.public_source:
        raise ValidationError(_("The list was closed without a public number."))
