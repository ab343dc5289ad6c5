"""A long list of the registry on its way in: compared by a worker, agreed to, then applied."""

from __future__ import annotations

from pathlib import Path

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from surveys.models.job import Job


def upload_path(job: RegistryFile, _name: str) -> str:
    return f"registry/{job.pk}.csv"


class RegistryFile(Job):
    """What it would change is kept as it is shown, with its digest: just that is agreed to."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("at work")
        COMPARED = "compared", _("compared")
        DONE = "done", _("brought in")
        FAILED = "failed", _("stopped")

    WAITING_SINCE = "queued_at"

    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    list = models.CharField(max_length=20)
    name = models.CharField(max_length=250)
    file = models.FileField(upload_to=upload_path, max_length=255, blank=True)
    whole = models.BooleanField(default=False)
    language = models.CharField(max_length=2)
    queued_at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=0)
    agreed = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0, help_text="rows")
    digest = models.CharField(max_length=64, blank=True)
    shown = models.JSONField(default=dict)

    class Meta(Job.Meta):
        verbose_name = _("list of the registry")
        verbose_name_plural = _("lists of the registry")

    def __str__(self) -> str:
        return f"{self.list} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("setup:registry_job", args=[self.pk])

    @property
    def path(self) -> Path:
        return Path(self.file.path)

    @property
    def percent(self) -> int:
        return 100 * self.position // max(self.size, 1)
