"""What a questionnaire was before each of the last changes, to go back to."""

from django.db import models

from surveys.models.questionnaire import Questionnaire


class Snapshot(models.Model):
    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="snapshots")
    content = models.JSONField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.questionnaire} ({self.pk})"
