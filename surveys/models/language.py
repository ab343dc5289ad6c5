"""Languages beside Thai and English, in which citizens may be asked."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import OWN

MARKUP = re.compile(r'[<>&"]')
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w+\}")


def must_be_further(code: str) -> None:
    if code in OWN:
        raise ValidationError(_("Thai and English are there already."))


class Language(models.Model):
    """`phrases`: what pages say beside the questions, by its words in English."""

    code = models.CharField(
        gettext_lazy("code"),
        max_length=2,
        unique=True,
        validators=[
            RegexValidator(r"\A[a-z]{2}\Z", gettext_lazy("Two small letters.")),
            must_be_further,
        ],
        help_text=gettext_lazy("Two letters of ISO 639-1: ms, lo, my, km, zh."),
    )
    name = models.CharField(
        gettext_lazy("name"),
        max_length=60,
        help_text=gettext_lazy("As its readers write it: Bahasa Melayu."),
    )
    right_to_left = models.BooleanField(gettext_lazy("written from right to left"), default=False)
    phrases = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = gettext_lazy("language")
        verbose_name_plural = gettext_lazy("languages")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


def check_phrase(english: str, words: str) -> None:
    """Pages take phrases as they are, and put values into them. Raise ValidationError."""
    if MARKUP.search(words):
        raise ValidationError(_('Write it without < > & and quotation marks like ".'))
    if sorted(PLACEHOLDER.findall(words)) != sorted(PLACEHOLDER.findall(english)):
        raise ValidationError(
            _("Keep what stands for a value as it is: %(name)s."),
            params={"name": ", ".join(PLACEHOLDER.findall(english)) or "–"},
        )
