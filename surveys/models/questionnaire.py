"""What is asked."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.expressions import ExpressionError, parse
from surveys.kinds import kind_choices, kind_of, rating
from surveys.languages import language_of, translated
from surveys.models.bilingual import BilingualName
from surveys.models.frozen import Freezable, FrozenPart
from surveys.models.registry import Agency, Channel, code_validator


def validate_expression(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        raise ValidationError(str(error)) from error


def further(translations: dict[str, dict[str, str]], name: str) -> dict[str, str]:
    """By language the words of one text."""
    return {language: words.get(name, "") for language, words in translations.items()}


class Dimension(BilingualName):
    """A side of service quality that several questions measure."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")
        ordering = ["position", "code"]


class Questionnaire(Freezable):
    """One version of a set of questions: the core that a wave asks, or an add-on to it.

    An add-on belongs to the agency that wrote it, or is for all agencies where it has no owner.
    """

    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title_th = models.CharField(_("title in Thai"), max_length=250)
    title_en = models.CharField(_("title in English"), max_length=250, blank=True)
    is_add_on = models.BooleanField(_("add-on"), default=False, editable=False)
    owner = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="add_ons",
        verbose_name=_("agency"),
        help_text=_("Whose own questions these are. Empty: for every agency."),
    )
    translations = models.JSONField(default=dict, blank=True, editable=False)
    """The further languages of this version, each with its title: {"ms": {"title": "…"}}."""
    extra = models.JSONField(default=dict, blank=True, editable=False)  # the rest of an XLSForm

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="questionnaire_version"),
            models.CheckConstraint(
                condition=models.Q(is_add_on=True) | models.Q(owner=None),
                name="questionnaire_core_has_no_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def title(self) -> str:
        return translated(self.title_th, self.title_en, further(self.translations, "title"))

    @property
    def prefix(self) -> str:
        """What every code in an add-on begins with, so that no two add-ons can share one."""
        return f"{self.code}_"

    def clean(self) -> None:
        """All versions of one code are of one kind and have one owner."""
        others = Questionnaire.objects.filter(code=self.code).exclude(pk=self.pk)
        if others.exclude(is_add_on=self.is_add_on, owner=self.owner_id).exists():
            raise ValidationError({"code": _("This code is in use. Choose another.")})

    def asked_on(self, channel: Channel) -> list[Question]:
        """The questions put to somebody served through `channel`, in order."""
        return [
            question
            for question in self.questions.select_related("dimension").prefetch_related("channels")
            if not (only := question.channels.all()) or channel in only
        ]


class Question(FrozenPart):
    """One question. What depends on its kind, the kind says: `kind_of(question)`."""

    whole = "questionnaire"

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="questions", verbose_name=_("questionnaire")
    )
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    kind = models.CharField(
        _("kind"), max_length=12, choices=kind_choices, default=rating.KIND.code
    )
    is_overall = models.BooleanField(_("overall rating"), default=False)
    dimension = models.ForeignKey(
        Dimension, models.PROTECT, null=True, blank=True, verbose_name=_("dimension")
    )
    text_th = models.CharField(_("text in Thai"), max_length=2000, blank=True)
    text_en = models.CharField(_("text in English"), max_length=2000, blank=True)
    hint_th = models.CharField(_("hint in Thai"), max_length=1000, blank=True)
    hint_en = models.CharField(_("hint in English"), max_length=1000, blank=True)
    choices = models.JSONField(
        _("choices"), default=list, blank=True, help_text=_('A list: [{"code", "th", "en"}, …]')
    )
    about_citizen = models.BooleanField(
        _("about the citizen"),
        default=False,
        help_text=_("Stands under the heading “About you”, where it is in no group."),
    )
    channels = models.ManyToManyField(
        Channel,
        blank=True,
        verbose_name=_("asked on"),
        help_text=_("Leave empty to ask on every channel."),
    )
    required = models.BooleanField(_("required"), default=False)
    may_not_apply = models.BooleanField(
        _("may not apply"),
        default=False,
        help_text=_("Offers “does not apply”. Ratings but the overall one always do."),
    )
    group = models.CharField(
        _("in group"), max_length=60, blank=True, help_text=_("The code of a group before it.")
    )
    relevant = models.CharField(
        _("asked if"),
        max_length=2000,
        blank=True,
        validators=[validate_expression],
        help_text=_("As in XLSForm: ${P1} <= 2"),
    )
    constraint = models.CharField(
        _("answer must fulfil"), max_length=2000, blank=True, validators=[validate_expression]
    )
    constraint_message_th = models.CharField(_("message in Thai"), max_length=500, blank=True)
    constraint_message_en = models.CharField(_("message in English"), max_length=500, blank=True)
    calculation = models.CharField(
        _("calculation"), max_length=2000, blank=True, validators=[validate_expression]
    )
    translations = models.JSONField(default=dict, blank=True, editable=False)
    """{"ms": {"text": "…", "hint": "…", "constraint_message": "…"}}; choices hold their own."""
    to_check = models.JSONField(default=list, blank=True, editable=False)
    """Languages whose words were written for an earlier wording in Thai."""
    extra = models.JSONField(default=dict, blank=True, editable=False)  # other XLSForm columns
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
        return self._translated("text")

    @property
    def hint(self) -> str:
        return self._translated("hint")

    @property
    def constraint_message(self) -> str:
        return self._translated("constraint_message")

    @property
    def language(self) -> str:
        """Of the text, where it is not in the language of the page."""
        return language_of(self.text_th, self.text_en, further(self.translations, "text"))

    def _translated(self, name: str) -> str:
        thai, english = getattr(self, f"{name}_th"), getattr(self, f"{name}_en")
        return translated(thai, english, further(self.translations, name))

    @property
    def offers_not_applicable(self) -> bool:
        return kind_of(self).offers_not_applicable(self)

    def clean(self) -> None:
        whole = getattr(self, "questionnaire", None)
        if whole is not None and whole.is_add_on:
            self._clean_in_add_on(whole)
        if self.is_overall and not kind_of(self).scored:
            raise ValidationError({"kind": _("The overall question is a rating from 1 to 5.")})
        if self.is_overall and (self.relevant or self.constraint or self.group):
            raise ValidationError(
                {"is_overall": _("The overall rating is asked of everybody, without conditions.")}
            )
        if self.is_overall:
            self._clean_only_overall()
        if not self.text_th and kind_of(self).needs_text:
            raise ValidationError({"text_th": _("Write the text of the question.")})
        kind_of(self).clean(self)

    def _clean_in_add_on(self, add_on: Questionnaire) -> None:
        if self.is_overall:
            raise ValidationError(
                {"is_overall": _("The overall rating stands in the core alone, once.")}
            )
        if not self.code.startswith(add_on.prefix):
            raise ValidationError(
                {"code": _("In this add-on each code begins with %s") % add_on.prefix}
            )

    def _clean_only_overall(self) -> None:
        others = Question.objects.filter(questionnaire=self.questionnaire_id, is_overall=True)
        if other := others.exclude(pk=self.pk).first():
            message = _("%(code)s is the overall rating already: there is one.")
            raise ValidationError({"is_overall": message % {"code": other.code}})
