"""Who serves citizens, with what, through which door."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode

from surveys.models.bilingual import BilingualName
from surveys.models.frozen import FrozenError

UNPUBLISHED = ("open", "closed")
"""Waves whose answers are there, and whose figures are not fixed."""
STAYS = _("A wave that is not published asks about it: until then it stays where it is.")

code_validator = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_.-]*\Z",
    _("Use Latin letters, digits, dots, hyphens and underscores."),
)


class Agency(BilingualName, TreeNode):  # type: ignore[django-manager-missing]
    """A node of the government's tree: ministry, department or office."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("ministry or body of its rank")
        DEPARTMENT = "department", _("department")
        OFFICE = "office", _("office")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.DEPARTMENT)
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["code"]
        permissions = [
            ("view_all_agencies", "Can see the figures of every agency"),
            ("view_own_agency", "Can see the figures of their own agency"),
            ("act_for_agency", "Can order reports, plan, print posters and put up kiosks"),
        ]

    def clean(self) -> None:
        super().clean()
        if self._moves():
            raise ValidationError({"parent": STAYS})

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._moves():
            raise FrozenError(STAYS)
        super().save(*args, **kwargs)

    def _moves(self) -> bool:
        """Whether figures of an agency above would change with it, once answers are known."""
        if self.pk is None:
            return False
        stored = Agency.objects.without_tree_fields().filter(pk=self.pk).first()
        if stored is None or stored.parent_id == self.parent_id:
            return False
        below = [each.pk for each in Agency.objects.descendants(stored, include_self=True)]
        return asked_about().filter(agency__in=below).exists()


class Channel(BilingualName):
    """A way to be served: a counter, a portal, a telephone line."""

    class Family(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        DIGITAL = "digital", _("digital")
        TELEPHONE = "telephone", _("telephone")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    family = models.CharField(_("family"), max_length=12, choices=Family)
    portal = models.BooleanField(
        _("central portal"),
        default=False,
        help_text=_("one door to the services of many agencies, such as the Citizen Portal"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["position", "code"]


class Service(BilingualName):
    """A public service that an agency answers for."""

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="services", verbose_name=_("agency")
    )
    code = models.CharField(_("code"), max_length=60, unique=True, validators=[code_validator])
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["code"]

    def clean(self) -> None:
        super().clean()
        if self._moves():
            raise ValidationError({"agency": STAYS})

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._moves():
            raise FrozenError(STAYS)
        super().save(*args, **kwargs)

    def _moves(self) -> bool:
        """Whether it would be another agency's once answers about it are known."""
        if self.pk is None:
            return False
        return asked_about().filter(pk=self.pk).exclude(agency=self.agency_id).exists()


def asked_about() -> models.QuerySet[Service]:
    """The services that a wave asks about which is not published."""
    return Service.objects.filter(framecell__frame__wave__state__in=UNPUBLISHED).distinct()


class ServicePoint(BilingualName):
    """One office, desk or machine where an agency serves."""

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="service_points", verbose_name=_("agency")
    )
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])

    class Meta:
        verbose_name = _("service point")
        verbose_name_plural = _("service points")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="service_point_code"),
        ]
