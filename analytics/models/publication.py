"""A wave on its way to the public, and the papers that are made of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models import Agency, User, Wave
from surveys.models.job import Job


class Report(Job):
    """A PDF that somebody asked for."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("in the making")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="reports")
    agency = models.ForeignKey(Agency, models.CASCADE, null=True)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    step = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(upload_to="reports/%Y/%m/", blank=True)
    in_set = models.BooleanField(default=False, help_text="one of the set of papers of its wave")

    STEPS = 4  # gathered, written, laid out, stored

    class Meta(Job.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "agency", "language"],
                condition=models.Q(in_set=True),
                name="paper_once",
            ),
            models.UniqueConstraint(
                fields=["wave", "language"],
                condition=models.Q(in_set=True, agency=None),
                name="paper_of_nation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.agency_id or 'nation'} {self.language}"

    def progress(self) -> dict[str, Any]:
        return {"done": self.step, "of": self.STEPS, "state": self.state}


class Examination(Job):
    """What a closed wave's figures rest on, gone through before they are published: screening,
    scores, disclosure and log. Of an open wave its log alone."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="examinations")
    step = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(default=dict)

    STEPS = 4  # screened, computed, audited, held against the log

    def __str__(self) -> str:
        return f"{self.wave_id} {self.requested_at:%Y-%m-%d %H:%M}"


class Publication(models.Model):
    """How far a closed wave is on its way to the public: checked by one person, approved by
    another, ordered for a moment. What was done stays in the acts."""

    wave = models.OneToOneField(Wave, models.CASCADE, primary_key=True, related_name="publication")
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ordered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True, help_text="the worker publishes from then on")
    results = models.CharField(max_length=64, help_text="digest of what was checked")
    problem = models.TextField(blank=True, help_text="why the worker could not publish")

    class Meta:
        permissions = [
            ("approve_publication", "Can approve what somebody else has checked"),
            ("order_publication", "Can publish what has been approved"),
        ]

    def __str__(self) -> str:
        return str(self.wave_id)
