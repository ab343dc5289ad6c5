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
    """The last screening of an agency in a wave: of how many responses, and what came of it.

    `run` keeps two workers from writing at once; `basis` says by what its parts were read
    (screening/kept.py).
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="screenings")
    agency = models.ForeignKey(Agency, models.CASCADE)
    answers = models.PositiveBigIntegerField(default=0)
    run = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=64, blank=True)
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


class Unscreened(models.Model):
    """Responses of an agency that came or changed and that no screening has read yet: noted with
    the journal, taken away by the screening that reads them.

    `number` is how many; `erased` whether what is kept of them is still to be given up.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    response_ids = models.JSONField()
    number = models.PositiveIntegerField()
    erased = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "unscreened"

    def __str__(self) -> str:
        return f"{self.wave_id} {self.agency_id}: {self.number}"


class KeptPart(models.Model):
    """What an agency's last screening read of the responses from key `first` on, up to the next
    part: numbers, and hashes of devices, senders and texts, no word (screening/kept.py). While
    the wave is open; then it is deleted."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    first = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "agency", "first"], name="kept_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.agency_id} from {self.first}"


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
