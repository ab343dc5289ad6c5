"""Who gets the weekly mail on what citizens wrote, and who had it when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models import User


class Digest(models.Model):
    """Of each person who had one or wants none; everybody else is to have one."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    wanted = models.BooleanField(_("Send me the weekly mail on what citizens wrote"), default=True)
    sent_for = models.DateField(null=True, help_text="the Monday of the last one")

    class Meta:
        verbose_name = _("weekly mail")
        verbose_name_plural = _("weekly mails")

    def __str__(self) -> str:
        return str(self.user)
