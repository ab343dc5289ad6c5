"""What was learnt from ratings about the words that come with them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ComplaintWords(models.Model):
    """The newest, and no other: runs of up to four letters that stood in ten comments at least,
    each with its weight. No comment is named."""

    learnt_on = models.DateField()
    comments = models.PositiveIntegerField(help_text="so many it was learnt from")
    tested = models.PositiveIntegerField(help_text="so many were kept apart to test it")
    macro_f1 = models.FloatField(help_text="on those kept apart")
    weights = models.JSONField()

    class Meta:
        verbose_name = _("words that complain")
        verbose_name_plural = _("words that complain")

    def __str__(self) -> str:
        return f"{self.learnt_on} {self.macro_f1:.2f}"
