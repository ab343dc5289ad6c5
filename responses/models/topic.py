"""What comments are about: a dictionary that OPDC writes and everybody may read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.bilingual import BilingualName
from surveys.models.registry import code_validator


class Topic(BilingualName):
    """A comment is about it that holds one of its words, and none of `except_for` around it."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    words = models.TextField(_("words"), help_text=_("One a line, Thai or English."))
    except_for = models.TextField(
        _("but not in"),
        blank=True,
        help_text=_("Longer words in which they mean something else, one a line."),
    )
    names_danger = models.BooleanField(
        _("names a danger"),
        default=False,
        help_text=_("The survey office is told by mail within a minute."),
    )

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", "code"]
