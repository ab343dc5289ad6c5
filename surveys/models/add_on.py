"""Questions that an agency adds behind the core: for its own services, never before the core nor
instead of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from surveys.expressions import parse, references
from surveys.kinds import kind_of
from surveys.models.frozen import FrozenError
from surveys.models.questionnaire import Question, Questionnaire
from surveys.models.registry import Agency, Channel, Service
from surveys.models.wave import Wave

ADDED_QUESTIONS_LIMIT = 5
"""How many answers an agency may ask of one citizen besides the core: a minute is short."""


class AddOn(Questionnaire):
    """A questionnaire to be asked behind the core, under a page and a right of its own."""

    class Meta:
        proxy = True
        verbose_name = _("add-on")
        verbose_name_plural = _("add-ons")


class AddOnUse(models.Model):
    """One agency asks one add-on in one wave, about its services and on its channels.

    Before its wave opens it may be changed or deleted. From then on it stays as the record of what
    was asked: it can only end, and answers keep their meaning.
    """

    wave = models.ForeignKey(
        Wave, models.CASCADE, related_name="add_on_uses", verbose_name=_("wave")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="add_on_uses", verbose_name=_("agency")
    )
    add_on = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="uses", verbose_name=_("add-on")
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("service"),
        help_text=_("Empty: every service of the agency."),
    )
    channel = models.ForeignKey(
        Channel,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("channel"),
        help_text=_("Empty: every channel."),
    )
    asked_since = models.DateTimeField(_("asked since"), null=True, editable=False)
    asked_until = models.DateTimeField(_("asked until"), null=True, editable=False)
    digest = models.CharField(_("seal"), max_length=64, blank=True, editable=False)

    DECLARED = ("wave_id", "agency_id", "add_on_id", "service_id", "channel_id")

    class Meta:
        verbose_name = _("add-on in use")
        verbose_name_plural = _("add-ons in use")
        ordering = ["wave", "agency", "pk"]
        permissions = [("author_add_ons", "Can write the own questions of their agency")]

    def __str__(self) -> str:
        return f"{self.wave.code}: {self.add_on} – {self.agency.code}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raise ValidationError for what an add-on may not do, FrozenError for a late change."""
        with transaction.atomic():
            # One at a time in a wave, or two together could add more than either may.
            self.wave = Wave.objects.select_for_update().get(pk=self.wave_id)
            stored = AddOnUse.objects.filter(pk=self.pk).first() if self.pk else None
            if stored is None or stored.asked_since is None:
                self.full_clean()
            else:
                self._check_only_ended(stored)
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if AddOnUse.objects.filter(pk=self.pk, asked_since__isnull=False).exists():
            raise FrozenError(_("It has been asked: stop asking it instead, its answers stay."))
        return super().delete(*args, **kwargs)

    def covers(self, service: Service, channel: Channel) -> bool:
        return (
            self.agency_id == service.agency_id
            and self.service_id in (None, service.pk)
            and self.channel_id in (None, channel.pk)
        )

    def _check_only_ended(self, stored: AddOnUse) -> None:
        kept = [*self.DECLARED, "asked_since", "digest"]
        if stored.asked_until is not None:
            kept.append("asked_until")
        if any(getattr(self, name) != getattr(stored, name) for name in kept):
            raise FrozenError(_("It has been asked: it can be ended, but not changed."))

    def clean(self) -> None:
        parts = (self.wave_id, self.agency_id, self.add_on_id)
        if None in parts:
            return
        if self.wave.state not in (Wave.State.DRAFT, Wave.State.OPEN):
            raise ValidationError({"wave": _("The wave has closed.")})
        self._check_owner()
        if self.service and self.service.agency_id != self.agency_id:
            raise ValidationError({"service": _("This service belongs to another agency.")})
        questions = list(self.add_on.questions.prefetch_related("channels"))
        try:
            check_add_on(self.add_on, questions)
            self._check_beside_core(questions)
            self._check_beside_others(questions)
            self._check_length(questions)
        except ValidationError as error:
            raise ValidationError({"add_on": error.messages}) from error

    def _check_owner(self) -> None:
        if not self.add_on.is_add_on:
            raise ValidationError({"add_on": _("This is no add-on.")})
        above = Agency.objects.ancestors(self.agency, include_self=True)
        if self.add_on.owner_id and self.add_on.owner_id not in [agency.pk for agency in above]:
            raise ValidationError({"add_on": _("This add-on belongs to another agency.")})

    def _check_beside_core(self, questions: Sequence[Question]) -> None:
        core = list(self.wave.questionnaire.questions.all())
        own, taken = {q.code for q in questions}, {q.code for q in core}
        if same := own & taken:
            raise ValidationError(
                _("The core has a question with this code already: %s") % ", ".join(sorted(same))
            )
        if unknown := references_of(questions) - own - taken:
            raise ValidationError(
                _("A condition looks at what neither the core nor this add-on asks: %s")
                % ", ".join(sorted(unknown))
            )
        if references_of(core) & own:
            raise ValidationError(_("No condition of the core may look at an add-on."))

    def _check_beside_others(self, questions: Sequence[Question]) -> None:
        uses = AddOnUse.objects.filter(wave=self.wave_id).exclude(pk=self.pk)
        others = Questionnaire.objects.filter(pk__in=uses.values("add_on"))
        others = others.exclude(pk=self.add_on_id)
        if other := others.filter(code=self.add_on.code).first():
            raise ValidationError(
                _("%(other)s is used in this wave already: use that version, or the next wave.")
                % {"other": other}
            )
        same = Question.objects.filter(
            questionnaire__in=others, code__in=[question.code for question in questions]
        )
        if question := same.select_related("questionnaire").first():
            raise ValidationError(
                _("%(other)s has a question with this code already: %(code)s")
                % {"other": question.questionnaire, "code": question.code}
            )

    def _check_length(self, questions: Sequence[Question]) -> None:
        """Each place of the agency, by the uses that cover it."""
        beside = AddOnUse.objects.filter(
            wave=self.wave_id, agency=self.agency_id, asked_until=None
        ).exclude(pk=self.pk)
        uses = [(self, questions)]
        uses += [
            (use, list(use.add_on.questions.prefetch_related("channels")))
            for use in beside.select_related("add_on")
        ]
        for service in Service.objects.filter(agency=self.agency_id):
            for channel in Channel.objects.all():
                if self.covers(service, channel):
                    _check_place(service, channel, uses)


def _check_place(
    service: Service, channel: Channel, uses: Iterable[tuple[AddOnUse, Sequence[Question]]]
) -> None:
    here = [(use, questions) for use, questions in uses if use.covers(service, channel)]
    repeated = Counter(use.add_on_id for use, _questions in here)
    if max(repeated.values(), default=0) > 1:
        raise ValidationError(
            _("It is asked already about %(service)s on %(channel)s.")
            % {"service": service, "channel": channel}
        )
    asked = sum(
        kind_of(question).answered and (not (only := question.channels.all()) or channel in only)
        for _use, questions in here
        for question in questions
    )
    if asked > ADDED_QUESTIONS_LIMIT:
        raise ValidationError(
            _(
                "With these %(count)d questions would be added to the core about %(service)s on "
                "%(channel)s; at most %(limit)d may be."
            )
            % {
                "count": asked,
                "service": service,
                "channel": channel,
                "limit": ADDED_QUESTIONS_LIMIT,
            }
        )


def check_add_on(add_on: Questionnaire, questions: Sequence[Question]) -> None:
    """Raise ValidationError for what may not stand in an add-on, whatever the core is."""
    problems: list[Any] = []
    answerable = [question for question in questions if kind_of(question).answered]
    if not answerable:
        problems.append(_("The add-on asks nothing."))
    if len(answerable) > ADDED_QUESTIONS_LIMIT:
        problems.append(
            _("The add-on asks %(count)d questions; at most %(limit)d may be added to the core.")
            % {"count": len(answerable), "limit": ADDED_QUESTIONS_LIMIT}
        )
    if any(question.is_overall for question in questions):
        problems.append(_("The overall rating stands in the core alone, once."))
    if wrong := [q.code for q in questions if not q.code.startswith(add_on.prefix)]:
        problems.append(
            _("In this add-on each code begins with %(prefix)s, unlike: %(codes)s")
            % {"prefix": add_on.prefix, "codes": ", ".join(wrong)}
        )
    groups = {question.code for question in questions if kind_of(question).opens_group}
    if strange := {q.group for q in questions if q.group} - groups:
        problems.append(_("This group is not in the add-on: %s") % ", ".join(sorted(strange)))
    if problems:
        raise ValidationError(problems)


def references_of(questions: Iterable[Question]) -> set[str]:
    """The codes that the expressions of these questions look at."""
    expressions = (
        expression
        for question in questions
        for expression in (question.relevant, question.constraint, question.calculation)
        if expression
    )
    return {code for expression in expressions for code in references(parse(expression))}
