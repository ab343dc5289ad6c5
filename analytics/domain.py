"""What a figure speaks of: a group of encounters, as a value."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Domain:
    """A group of encounters that is reported on: a level, and the primary keys of the agency,
    service and channel whose encounters it holds; None where it holds those of all."""

    level: Level
    agency: int | None = None
    service: int | None = None
    channel: int | None = None

    def __hash__(self) -> int:
        """Of the level as text: an enumeration's own hash is slow."""
        return hash((str.__hash__(self.level), self.agency, self.service, self.channel))
