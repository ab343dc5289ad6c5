"""Free cross-tabs: the files of columns that they are counted from, and each that was asked for."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from surveys.models import Wave
from surveys.models.job import Job


class StoredWave(models.Model):
    """How far the months of a wave have been looked through."""

    wave = models.OneToOneField(Wave, models.CASCADE, primary_key=True, related_name="stored")
    log_size = models.BigIntegerField(help_text="leaves of the wave's log by then")

    def __str__(self) -> str:
        return f"{self.pk}: {self.log_size}"


class StoredMonth(models.Model):
    """The responses of one month of a wave that count, as a file of columns (Parquet)."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="stored_months")
    month = models.DateField(help_text="its first day")
    mark = models.CharField(max_length=80, help_text="another where a response has changed")
    file = models.FileField(upload_to="crosstabs/", max_length=255)
    rows = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["wave", "month"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "month"], name="stored_month_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.month:%Y-%m}"


class CrossTab(Job):
    """A table that somebody of OPDC asked for. `result` is empty before it is made, and again once
    answers that it was made of have changed."""

    class Why(models.TextChoices):
        """Why there is no result."""

        TOO_LARGE = "too large"
        NOBODY = "nobody"
        CHANGED = "changed"
        DELETED = "deleted"
        FAILED = "failed"

    waves = models.ManyToManyField(Wave, related_name="cross_tabs")
    order = models.JSONField(help_text="what was asked: crosstabs/order.py")
    result = models.JSONField(default=dict, help_text="what may be shown: crosstabs/table.py")
    counted_at = models.DateTimeField(null=True, help_text="its answers are those of this moment")
    written = models.PositiveIntegerField(default=0, help_text="responses, while months are read")

    class Meta(Job.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("desk:crosstab", args=[self.pk])
