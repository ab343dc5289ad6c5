"""What is counted of a wave: the cells of its tally, and what is kept beside them."""

from __future__ import annotations

from django.db import models

from responses.models import Response
from surveys.models import Agency, Channel, Service, Wave


class TallyCell(models.Model):
    """How many counted responses of a cell gave `value` to `question`.

    The histogram of a cell is all that its estimates need; base weights are part of the cell, so
    that counts stay whole numbers and adding them up is exact. So are how the responses were
    selected and whether screening set them aside: figures with and without them come from one
    tally. One index, of the key: each further one would be written with every count.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="tally", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, db_index=False)
    channel = models.ForeignKey(Channel, models.PROTECT, db_index=False)
    service_point = models.CharField(max_length=60, blank=True)
    psu = models.CharField(max_length=80, blank=True)
    selection = models.CharField(
        max_length=8, choices=Response.Selection, default=Response.Selection.OPEN
    )
    screened = models.BooleanField(default=False, help_text="set aside by screening")
    base_weight = models.DecimalField(max_digits=15, decimal_places=10)
    draw = models.PositiveSmallIntegerField(default=0, help_text="its number; 0 for open answers")
    question = models.CharField(max_length=60)
    value = models.SmallIntegerField()
    count = models.BigIntegerField()
    stated = models.BigIntegerField(
        db_default=0, help_text="what figures show while the wave runs (stated.py)"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "wave",
                    "question",
                    "service",
                    "channel",
                    "service_point",
                    "psu",
                    "selection",
                    "screened",
                    "base_weight",
                    "draw",
                    "value",
                ],
                name="tally_cell_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}={self.value}: {self.count}"


class Statement(models.Model):
    """The last day on which the figures of a running wave moved (stated.py)."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="statement")
    stated_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.wave_id} {self.stated_on}"


class LastAnswer(models.Model):
    """When the last answer was given that the tally of a wave counts. It stays if that answer is
    erased: what is kept is a time, and nobody's."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.wave_id} {self.at}"


class DayCount(models.Model):
    """How many answers of an agency came on a day to a wave that is open, and are folded. They stay
    counted if they are changed, set aside or erased: they came."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    answers = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "agency", "day"], name="day_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.agency_id} {self.day}: {self.answers}"
