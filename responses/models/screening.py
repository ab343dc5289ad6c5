"""What screening found: flags on responses, and how far each agency has been screened."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.languages import in_language
from surveys.models import Agency, User, Wave


class Flag(models.Model):
    """One rule doubts one response. A flag that no longer stands (more answers have come, and the
    burst turned out to be a usual hour) is withdrawn, never deleted."""

    response = models.ForeignKey("responses.Response", models.CASCADE, related_name="flags")
    rule = models.CharField(_("rule"), max_length=30)
    strength = models.FloatField(_("strength"))
    evidence = models.JSONField(default=dict, help_text="numbers alone, nothing of the person")
    raised_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [models.UniqueConstraint(fields=["response", "rule"], name="flag_once")]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.rule} {self.strength:g}"


class AgencyScreening(models.Model):
    """The last screening of an agency in a wave: of which responses, and what came of it.

    `answers`, `newest` and `revisions` tell whether anything has come or changed since; `run`
    keeps two workers from writing at once.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="screenings")
    agency = models.ForeignKey(Agency, models.CASCADE)
    answers = models.PositiveBigIntegerField(default=0)
    newest = models.PositiveBigIntegerField(default=0)
    revisions = models.PositiveBigIntegerField(default=0)
    run = models.PositiveIntegerField(default=0)
    final = models.BooleanField(default=False, help_text="done after the wave had closed")
    set_aside = models.PositiveBigIntegerField(default=0)
    disputed = models.JSONField(
        null=True,
        help_text="of those set aside all but what mechanical rules did alone:"
        " [service, channel, selection, base weight, rating, number]; null where not noted",
    )
    by_rule = models.JSONField(default=dict, help_text="per rule: flagged, of them set aside")
    alarm = models.BooleanField(default=False)
    screened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "agency"], name="agency_screening_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.agency_id}: {self.set_aside} of {self.answers}"

    def counts(self, rule: str) -> dict[str, Any]:
        found: dict[str, Any] = self.by_rule.get(rule, {"flagged": 0, "set_aside": 0})
        return found


class Overruling(models.Model):
    """What screening set aside of an agency counts after all: proposed by one person with a reason
    that is published, in force once another agrees."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="overrulings")
    agency = models.ForeignKey(Agency, models.PROTECT)
    late_only = models.BooleanField(
        default=False, help_text="being late alone is forgiven: other rules still set aside"
    )
    reason_th = models.CharField(max_length=500)
    reason_en = models.CharField(max_length=500, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "agency"], name="overruling_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.agency_id}"

    @property
    def reason(self) -> str:
        return in_language(self.reason_th, self.reason_en)
