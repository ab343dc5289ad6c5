"""The end of invitations: addresses and ballots are kept no longer than they are of use."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from surveys import clock
from surveys.models import Ballot, Contact, DrawCell, Wave


def forget_contacts() -> int:
    """Delete the contacts that nothing can be sent to any more: their wave has closed, or no ballot
    of their cell can still be used."""
    usable = Ballot.objects.filter(cell=OuterRef("invitation__cell"), expires_on__gte=clock.today())
    of_no_use = Contact.objects.filter(
        ~Q(invitation__cell__draw__wave__state=Wave.State.OPEN) | ~Exists(usable)
    )
    deleted, _by_model = of_no_use.delete()
    return deleted


def end_invitations(wave: Wave) -> None:
    """Count who has answered, destroy the ballots that are left, and forget every address. Part of
    closing the wave, in its transaction."""
    for cell in DrawCell.objects.filter(draw__wave=wave):
        left = Ballot.objects.filter(cell=cell).count()
        DrawCell.objects.filter(pk=cell.pk).update(answered=max(cell.drawn - left, 0))
    Ballot.objects.filter(cell__draw__wave=wave).delete()
    Contact.objects.filter(invitation__cell__draw__wave=wave).delete()
