"""One round of measurement, from its opening to the figure that is published."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.languages import in_language
from surveys.method import Method, default_method, method_of, validate_method
from surveys.models.frame import Frame
from surveys.models.frozen import FrozenError
from surveys.models.questionnaire import Questionnaire
from surveys.models.registry import code_validator


class Wave(models.Model):
    """A wave asks one questionnaire of the citizens behind one frame, by one declared method."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        PUBLISHED = "published", _("published")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    title_th = models.CharField(_("title in Thai"), max_length=250)
    title_en = models.CharField(_("title in English"), max_length=250, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, verbose_name=_("questionnaire")
    )
    frame = models.ForeignKey(Frame, models.PROTECT, verbose_name=_("frame"))
    method = models.JSONField(_("method"), default=default_method, validators=[validate_method])
    simulated = models.BooleanField(_("simulated"), default=False)

    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    answers_deleted_at = models.DateTimeField(_("answers deleted at"), null=True, editable=False)
    seal = models.JSONField(_("seal"), default=dict, editable=False)

    # What may still be said differently once the wave has opened.
    MUTABLE_WHEN_OPEN = frozenset({"title_th", "title_en"})

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["-starts_on", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.check_declaration_unchanged()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.state != self.State.DRAFT:
            raise FrozenError(_("A wave that has opened cannot be deleted."))
        return super().delete(*args, **kwargs)

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day comes before the first.")})
        if self.questionnaire_id and self.questionnaire.is_add_on:
            raise ValidationError({"questionnaire": _("An add-on cannot be the core of a wave.")})

    @property
    def title(self) -> str:
        return in_language(self.title_th, self.title_en)

    def declared_method(self) -> Method:
        """Read once: a page asks hundreds of times, and comparing is twenty times as fast."""
        read: tuple[Any, Method] | None = self.__dict__.get("_declared")
        if read is None or read[0] != self.method:
            read = deepcopy(self.method), method_of(json.dumps(self.method))
            self.__dict__["_declared"] = read
        return read[1]

    def check_declaration_unchanged(self) -> None:
        """Raise FrozenError where what was declared at the opening would change."""
        stored = Wave.objects.filter(pk=self.pk).first() if self.pk else None
        if stored is None or stored.state == self.State.DRAFT:
            return
        mutable = self.MUTABLE_WHEN_OPEN if stored.state == self.State.OPEN else frozenset()
        for field in self._meta.concrete_fields:
            if not field.editable or field.name in mutable or field.primary_key:
                continue
            if getattr(self, field.attname) != getattr(stored, field.attname):
                raise FrozenError(
                    _("Wave %(wave)s has opened: its “%(field)s” can no longer change.")
                    % {"wave": stored.code, "field": field.verbose_name}
                )


class OpeningCounts(models.Model):
    """What the frame counted when the wave opened, but for agencies that their own log counts: the
    frame may be corrected until the wave closes, and figures say where that decides."""

    wave = models.OneToOneField(
        Wave, models.CASCADE, primary_key=True, related_name="opening_counts"
    )
    cells = models.JSONField(
        default=list, help_text="[service, channel, first day, last day, encounters]"
    )

    def __str__(self) -> str:
        return str(self.pk)
