"""What the strategy counts beside answers: processes that become digital, and undertakings."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys import clock
from surveys.models.bilingual import BilingualName
from surveys.models.registry import Agency, Service, code_validator
from surveys.models.two_people import TwoPeople


class Counted(BilingualName):
    """One thing that is counted, with the evidence for it. What no longer counts is retired and
    kept."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    code = models.CharField(_("code"), max_length=60, unique=True, validators=[code_validator])
    evidence = models.CharField(
        _("evidence"), max_length=500, blank=True, help_text=_("a link, or a document's number")
    )
    simulated = models.BooleanField(_("simulated"), default=False, editable=False)
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["code"]


class Process(Counted):
    """One process of a public service, and how far a citizen can go through it digitally."""

    class Digital(models.TextChoices):
        NONE = "none", _("not digital")
        PARTLY = "partly", _("partly digital")
        FULLY = "fully", _("fully digital")

    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, verbose_name=_("service")
    )
    eligible = models.BooleanField(_("eligible"), default=True)
    digital_state = models.CharField(
        _("digital state"), max_length=6, choices=Digital, default=Digital.NONE
    )
    since = models.DateField(_("in this state since"), null=True, blank=True)

    class Meta(Counted.Meta):
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        permissions = [
            ("enter_registers", "Can enter what the strategy counts of their own agency"),
            ("approve_registers", "Can approve what others entered for the strategy"),
        ]

    def clean(self) -> None:
        if self.digital_state != self.Digital.NONE:
            _need(self, "since", _("Say since when the process has been in this state."))
            _need(self, "evidence", _("Give evidence for the state: a link or a document."))
        _not_in_future(self, "since")


class Undertaking(Counted):
    """A project, a transfer of a service or a collaboration, as planned and as done."""

    class Kind(models.TextChoices):
        INFRASTRUCTURE = "infrastructure", _("digital infrastructure project")
        TRANSFER = "transfer", _("transfer of a service")
        INNOVATION = "innovation", _("innovation project")
        COLLABORATION = "collaboration", _("collaboration with the private sector")

    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    budget = models.DecimalField(
        _("planned budget (baht)"), max_digits=15, decimal_places=2, null=True, blank=True
    )
    spent = models.DecimalField(
        _("spent (baht)"), max_digits=15, decimal_places=2, null=True, blank=True
    )
    partner = models.CharField(_("to whom or with whom"), max_length=250, blank=True)

    class Meta(Counted.Meta):
        verbose_name = _("undertaking")
        verbose_name_plural = _("undertakings")
        indexes = [models.Index(fields=["kind"])]

    def clean(self) -> None:
        planned = (self.Kind.INFRASTRUCTURE, self.Kind.TRANSFER)
        if self.kind in planned:
            _need(self, "planned_on", _("Say for when it is planned."))
        if self.kind in (self.Kind.TRANSFER, self.Kind.COLLABORATION):
            _need(self, "partner", _("Say to whom, or with whom."))
        if self.kind == self.Kind.INFRASTRUCTURE:
            _need(self, "budget", _("Give the planned budget."))
            if self.done_on:
                _need(self, "spent", _("Give what was spent."))
        if self.done_on:
            _need(self, "evidence", _("Give evidence that it is done: a link or a document."))
        _not_in_future(self, "done_on")


def _need(record: Counted, name: str, why: Any) -> None:
    if getattr(record, name) in (None, ""):
        raise ValidationError({name: why})


def _not_in_future(record: Counted, name: str) -> None:
    day = getattr(record, name)
    if day and day > clock.today():
        raise ValidationError({name: _("This day has not come yet.")})


class RegisterList(TwoPeople):
    """A list that somebody handed in for a register. Another person approves it, or refuses."""

    register = models.CharField(_("register"), max_length=20)
    name = models.CharField(_("file"), max_length=250)
    whole = models.BooleanField(_("the whole list"), default=False)
    rows = models.JSONField(default=list, help_text="[row, {column: text}]")
    done = models.JSONField(default=dict, help_text="what it did: counts, and changes in words")

    class Meta:
        verbose_name = _("list for a register")
        verbose_name_plural = _("lists for registers")
        ordering = ["-entered_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.register}: {self.name}"
