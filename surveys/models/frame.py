"""The frame: how many encounters there were, by service, channel and period."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.frozen import Freezable, FrozenPart
from surveys.models.registry import Channel, Service, code_validator

SIMULATION = "simulation"
"""How the source of a made-up frame begins."""


class Frame(Freezable):
    """The encounters that the scores of a wave speak for."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    source = models.CharField(_("source"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("frame")
        verbose_name_plural = _("frames")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def total(self) -> int:
        """Encounters in all: the size of the population."""
        return self.cells.aggregate(total=models.Sum("encounters"))["total"] or 0

    def is_simulated(self) -> bool:
        """Whether its encounters are made up, as those of every simulation are."""
        return self.source.startswith(SIMULATION)


class FrameCell(FrozenPart):
    """Encounters of one service through one channel, in one period."""

    whole = "frame"

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="cells", verbose_name=_("frame"))
    service = models.ForeignKey(Service, models.PROTECT, verbose_name=_("service"))
    channel = models.ForeignKey(Channel, models.PROTECT, verbose_name=_("channel"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    encounters = models.PositiveBigIntegerField(_("encounters"))

    class Meta:
        verbose_name = _("frame cell")
        verbose_name_plural = _("frame cells")
        ordering = ["service", "channel", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["frame", "service", "channel", "starts_on"], name="frame_cell_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="frame_cell_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service.code} × {self.channel.code} {self.starts_on}"
