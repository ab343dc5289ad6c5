"""A door for citizens: a link or QR code that knows what is being rated."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from surveys.models.registry import Channel, Service, ServicePoint

# No vowels, and nothing that reads as something else on paper.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def random_slug() -> str:
    return "".join(secrets.choice(ALPHABET) for _position in range(10))


class EntryPoint(models.Model):
    """One link belongs to one service on one channel, so that answers cannot mix."""

    slug = models.CharField(
        _("address"), max_length=16, unique=True, default=random_slug, editable=False
    )
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="entry_points", verbose_name=_("service")
    )
    channel = models.ForeignKey(Channel, models.PROTECT, verbose_name=_("channel"))
    service_point = models.ForeignKey(
        ServicePoint, models.PROTECT, null=True, blank=True, verbose_name=_("service point")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["service", "channel"]

    def __str__(self) -> str:
        return f"{self.service} × {self.channel}"

    def get_absolute_url(self) -> str:
        return reverse("responses:ask", args=[self.slug])

    def clean(self) -> None:
        point = self.service_point
        if point and point.agency_id != self.service.agency_id:
            raise ValidationError(
                {"service_point": _("This service point belongs to another agency.")}
            )

    @property
    def public_url(self) -> str:
        """The whole address, for paper."""
        return settings.PUBLIC_URL + self.get_absolute_url()
