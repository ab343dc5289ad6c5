"""Files brought by the survey office, and the mappings it remembers."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.db import models
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from surveys.models import Agency, User, Wave
from surveys.models.job import Job


def upload_path(job: ImportJob, name: str) -> str:
    """Under the job's own folder, with what is safe of the name."""
    try:
        safe = get_valid_filename(name)[-60:].lstrip(".")
    except SuspiciousFileOperation:
        safe = ""
    return f"imports/{job.pk}/{safe or 'file'}"


class ImportJob(Job):
    """A file on its way through the door. The row says what has become of the rows so far: a worker
    that takes it over goes on from there."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("being prepared")
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being imported")
        DONE = "done", _("imported")
        FAILED = "failed", _("stopped")

    class Kind(models.TextChoices):
        RESPONSES = "responses", _("responses")
        FRAME = "frame", _("frame")
        ENCOUNTERS = "encounters", _("encounters")

    WAITING_SINCE = "queued_at"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RESPONSES)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="imports")
    file = models.FileField(upload_to=upload_path, max_length=255, blank=True)
    name = models.CharField(max_length=250)
    mapping = models.JSONField(default=dict)
    create_missing = models.BooleanField(default=False)
    language = models.CharField(max_length=2)

    state = models.CharField(max_length=8, choices=State, default=State.PREPARED)
    attempt = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True, help_text="by the present worker")
    started_from = models.PositiveBigIntegerField(default=0)

    # The checkpoint: written in the transaction that stores a chunk.
    position = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    summary = models.JSONField(default=dict)
    report_size = models.PositiveBigIntegerField(default=0)

    class Meta(Job.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.wave_id} {self.name}"

    def get_absolute_url(self) -> str:
        """Its page."""
        of_answers = self.kind == self.Kind.RESPONSES
        return reverse("office:import" if of_answers else "files:file", args=[self.pk])

    @property
    def is_frame(self) -> bool:
        return self.kind == self.Kind.FRAME

    @property
    def path(self) -> Path:
        return Path(self.file.path)

    @property
    def report_path(self) -> Path:
        """The report of rejected rows: beside the file, and kept when that is deleted."""
        return Path(self.file.storage.path(f"imports/{self.pk}")) / "rejected-rows.csv"

    @property
    def percent(self) -> int:
        return min(100 * self.position // self.size, 100) if self.size else 0

    @property
    def minutes_left(self) -> int | None:
        """Rounded up; None until there is something to tell it by."""
        if not (self.started_at and self.heartbeat and self.position > self.started_from):
            return None
        seconds = (self.heartbeat - self.started_at).total_seconds()
        left = seconds * (self.size - self.position) / (self.position - self.started_from)
        return ceil(left / 60)

    @property
    def has_report(self) -> bool:
        return bool(self.report_size and self.count("rejected")) and self.report_path.is_file()

    def count(self, name: str) -> int:
        return self.summary.get(name) or 0


class SavedMapping(models.Model):
    """A mapping to choose again, when the next file of the same kind comes."""

    name = models.CharField(_("name"), max_length=80)
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True)
    entries = models.JSONField()
    saved_by = models.ForeignKey(User, models.SET_NULL, null=True)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "agency"], name="saved_mapping_name"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(agency=None), name="saved_mapping_of_no_agency"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def fits(self, columns: list[str]) -> bool:
        """Whether a file with these columns has all that the mapping names."""
        return _named_columns(self.entries) <= set(columns)


def _named_columns(entries: dict[str, Any]) -> set[str]:
    named = {*entries.get("key", []), *filter(None, [entries.get("finished")])}
    waiting = [value for value in entries.values() if isinstance(value, dict)]
    while waiting:
        entry = waiting.pop()
        if isinstance(column := entry.get("column"), str):
            named.add(column)
        waiting += [value for value in entry.values() if isinstance(value, dict)]
    return named
