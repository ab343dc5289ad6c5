"""What is asked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.bilingual import BilingualName, in_language
from surveys.models.frozen import Freezable, FrozenPart
from surveys.models.registry import Channel, code_validator


class Dimension(BilingualName):
    """A side of service quality that several questions measure."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")
        ordering = ["position", "code"]


class Questionnaire(Freezable):
    """One version of a set of questions."""

    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title_th = models.CharField(_("title in Thai"), max_length=250)
    title_en = models.CharField(_("title in English"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="questionnaire_version"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def title(self) -> str:
        return in_language(self.title_th, self.title_en)

    def asked_on(self, channel: Channel) -> list[Question]:
        """The questions put to somebody served through `channel`, in order."""
        return [
            question
            for question in self.questions.select_related("dimension").prefetch_related("channels")
            if not (only := question.channels.all()) or channel in only
        ]


class Question(FrozenPart):
    """One question. A rating runs from 1 to 5; the overall rating decides the verdict."""

    class Kind(models.TextChoices):
        RATING = "rating", _("rating 1–5")
        SINGLE = "single", _("one choice")
        TEXT = "text", _("text")

    whole = "questionnaire"

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="questions", verbose_name=_("questionnaire")
    )
    code = models.CharField(_("code"), max_length=20, validators=[code_validator])
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.RATING)
    is_overall = models.BooleanField(_("overall rating"), default=False)
    dimension = models.ForeignKey(
        Dimension, models.PROTECT, null=True, blank=True, verbose_name=_("dimension")
    )
    text_th = models.CharField(_("text in Thai"), max_length=500)
    text_en = models.CharField(_("text in English"), max_length=500, blank=True)
    choices = models.JSONField(
        _("choices"), default=list, blank=True, help_text=_('A list: [{"code", "th", "en"}, …]')
    )
    channels = models.ManyToManyField(
        Channel,
        blank=True,
        verbose_name=_("asked on"),
        help_text=_("Leave empty to ask on every channel."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["questionnaire", "position"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "code"], name="question_code"),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=models.Q(is_overall=True),
                name="question_one_overall",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def text(self) -> str:
        return in_language(self.text_th, self.text_en)
