"""What a figure speaks of: a group of encounters, as a value."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    NATION = "nation", _("nation")
    MINISTRY = "ministry", _("ministry")
    AGENCY = "agency", _("agency")
    SERVICE = "service", _("service")
    CHANNEL = "channel", _("channel")
    MINISTRY_CHANNEL = "ministry_channel", _("ministry × channel")
    AGENCY_CHANNEL = "agency_channel", _("agency × channel")
    SERVICE_CHANNEL = "service_channel", _("service × channel")
    SERVICE_POINT = "service_point", _("service × channel × service point")

    __hash__ = str.__hash__
    """An enumeration's own is slow."""


class Domain(NamedTuple):
    """A group of encounters that is reported on: a level, and the primary keys of the agency,
    service, channel and service point whose encounters it holds; None where it holds those of
    all."""

    level: Level
    agency: int | None = None
    service: int | None = None
    channel: int | None = None
    point: int | None = None
