"""Who asked for the single answers of a published wave, and what became of it."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from surveys import clock
from surveys.models import TwoPeople, Wave

KEPT = timedelta(days=30)
"""So long a file may be taken away; then it is deleted, and is asked for anew."""


class NoMicrodataError(Exception):
    """There can be no file; why is one of WHY."""


WHY = {
    "not published": gettext_lazy("The survey is not published."),
    "deleted": gettext_lazy("Its single answers have been deleted, as the privacy notice says."),
    "nothing left": gettext_lazy("Nothing is left once those who answered are protected."),
    "failed": gettext_lazy("The file could not be made. The survey office can see why in its log."),
}


class MicrodataRequest(TwoPeople):
    """A researcher asks, somebody of OPDC approves or refuses, a worker makes the file. `error`:
    why there is none; `file` is empty before it is made, and once it has expired."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="microdata_requests")
    institution = models.CharField(max_length=200)
    purpose = models.CharField(max_length=1000)
    file = models.FileField(upload_to="microdata/%Y/", max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file")
    made_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["-entered_at", "-pk"]
        permissions = [
            ("ask_for_microdata", "Can ask for the single answers of a published wave"),
            ("approve_microdata", "Can decide who gets single answers"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.entered_at:%Y-%m-%d %H:%M}"

    @property
    def problem(self) -> str | Promise:
        """Why an approved request has no file."""
        return WHY.get(self.error, "")

    @property
    def is_there(self) -> bool:
        """Whether its file may be taken away."""
        approved = self.state == self.State.APPROVED
        return bool(approved and self.file and self.made_at and clock.now() < self.made_at + KEPT)
