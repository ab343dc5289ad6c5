"""What was published of a wave, as it was made: files that stay, and the corrections of them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from surveys.languages import in_language
from surveys.models import TwoPeople, Wave
from surveys.models.frozen import FrozenError
from surveys.models.job import Job


class Correction(TwoPeople):
    """Why a release is made anew. Another person approves it, and that makes the release."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="corrections")
    reason_th = models.CharField(max_length=500)
    reason_en = models.CharField(max_length=500)
    changes = models.CharField(max_length=64, help_text="digest of what it was to change")

    class Meta:
        ordering = ["entered_at", "pk"]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.entered_at:%Y-%m-%d %H:%M}"

    @property
    def reason(self) -> str:
        return in_language(self.reason_th, self.reason_en)


class KeptRelease(models.Model):
    """One release of a wave: every download gives the bytes of `file`. It is never changed."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="releases")
    number = models.PositiveSmallIntegerField(help_text="from 1; the highest is the latest")
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    size = models.PositiveBigIntegerField(help_text="bytes")
    file = models.FileField(upload_to="releases/%Y/", max_length=255)
    correction = models.OneToOneField(
        Correction, models.PROTECT, null=True, help_text="of the release before; none of the first"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="release_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise FrozenError("a release is not changed: a correction is a release of its own")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise FrozenError("a release is not deleted")


class ReleaseStamp(models.Model):
    """What a time-stamping authority says of a release, kept beside it; until then, why it does
    not."""

    release = models.OneToOneField(KeptRelease, models.PROTECT, related_name="stamp")
    response = models.BinaryField(default=b"", help_text="as the authority gave it [RFC 3161]")
    stamped_at = models.DateTimeField(null=True, help_text="by the authority's clock")
    authority = models.CharField(max_length=250, blank=True)
    tried_at = models.DateTimeField()
    problem = models.CharField(max_length=250, blank=True)

    def __str__(self) -> str:
        return f"{self.release}: {self.authority or self.problem}"


def upload_path(check: ReleaseCheck, _name: str) -> str:
    return f"checks/{check.pk}.zip"


class ReleaseCheck(Job):
    """A file that somebody brought to see whether it is a release that holds. It is deleted once a
    worker has looked; the row stays for a month."""

    name = models.CharField(max_length=250)
    file = models.FileField(upload_to=upload_path, max_length=255, blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    result = models.JSONField(default=dict, help_text="what `verify_release --json` says")

    class Meta(Job.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.name} {self.requested_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("analytics:release_check", args=[self.pk])
