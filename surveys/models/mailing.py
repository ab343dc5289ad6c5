"""The sending of what a draw invites to, and whom no draw may reach again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.sampling import Draw
from surveys.models.user import User


class Mailing(models.Model):
    """The survey office's word that the invitations of a draw may go out. What is still to be done
    stands in the contacts, so that work goes on where it stopped."""

    draw = models.OneToOneField(Draw, models.PROTECT, primary_key=True, related_name="mailing")
    started_by = models.ForeignKey(User, models.SET_NULL, null=True)
    started_at = models.DateTimeField()
    paused = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")

    def __str__(self) -> str:
        return str(self.draw)


class OptOut(models.Model):
    """An address, as a keyed hash, whose holder does not want to be asked. It is forgotten some
    years later: telephone numbers get new holders."""

    address = models.CharField(primary_key=True, max_length=43)
    until = models.DateField()

    class Meta:
        verbose_name = _("address that is not invited")
        verbose_name_plural = _("addresses that are not invited")

    def __str__(self) -> str:
        return self.address[:8]
