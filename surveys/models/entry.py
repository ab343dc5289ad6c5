"""A door for citizens: a link or QR code that knows what is being rated."""

import re
import secrets

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys import addresses
from surveys.models.registry import Channel, Service, ServicePoint

# No vowels, and nothing that reads as something else on paper.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


def check_origins(text: str) -> None:
    for line in text.split():
        if not _ORIGIN.fullmatch(line):
            raise ValidationError(
                _("%(line)s is not the origin of a website, such as https://www.example.go.th.")
                % {"line": line}
            )


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
    embed_origins = models.TextField(
        _("websites that may show the form"),
        blank=True,
        validators=[check_origins],
        help_text=_("One origin a line, such as https://www.example.go.th. Empty: none."),
    )

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["service", "channel"]

    def __str__(self) -> str:
        return f"{self.service} × {self.channel}"

    def get_absolute_url(self) -> str:
        return addresses.form_path(self.slug)

    def clean(self) -> None:
        point = self.service_point
        if point and point.agency_id != self.service.agency_id:
            raise ValidationError(
                {"service_point": _("This service point belongs to another agency.")}
            )

    @property
    def origins(self) -> list[str]:
        """The websites that may show the form within their own pages."""
        return self.embed_origins.split()

    @property
    def public_url(self) -> str:
        """The whole address, for paper."""
        return addresses.whole(self.get_absolute_url())
