"""What is watched from week to week, what was found, and who was told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models import Agency, User, Wave


class WeekCount(models.Model):
    """An agency's answers to the overall question, from the first day of a wave to the end of a
    week. While the wave runs all but `answers` move in steps (stated.py)."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="week_counts")
    agency = models.ForeignKey(Agency, models.CASCADE)
    week = models.DateField(help_text="its Monday")
    looked_on = models.DateField(help_text="the last day of it that was looked at")
    answers = models.PositiveBigIntegerField(help_text="that came in, whatever was said")
    rated = models.PositiveBigIntegerField()
    satisfied = models.PositiveBigIntegerField()
    flagged = models.PositiveBigIntegerField(help_text="set aside by screening")

    class Meta:
        ordering = ["wave__starts_on", "week"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "agency", "week"], name="week_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.agency_id} {self.week}"


class Alert(models.Model):
    """Something that an agency should look at, from the day it was found until it is over. There
    is one of a kind and subject at a time; people are told once."""

    kind = models.CharField(max_length=12)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="alerts")
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="alerts")
    subject = models.CharField(max_length=130, blank=True, help_text="within the agency")
    facts = models.JSONField(default=dict, help_text="the figures that set it off")
    began_on = models.DateField()
    ended_on = models.DateField(null=True)
    beginning_posted_at = models.DateTimeField(null=True, help_text="taken by the webhook")
    end_posted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-began_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "kind", "agency", "subject"],
                condition=models.Q(ended_on=None),
                name="alert_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.agency_id} {self.began_on}"


class AlertMail(models.Model):
    """That somebody was written to about an alert."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="mails")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "user"], name="alert_mail_once"),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.user_id}"


class AlertChoice(models.Model):
    """How somebody wants to be told of alerts."""

    class How(models.TextChoices):
        DAILY = "daily", _("on the day one begins")
        WEEKLY = "weekly", _("once a week, all together")
        NEVER = "never", _("not by mail")

    user = models.OneToOneField(User, models.CASCADE, related_name="alert_choice")
    how = models.CharField(_("Mail"), max_length=6, choices=How, default=How.DAILY)
    language = models.CharField(
        _("Language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    without = models.JSONField(default=list, help_text="kinds that they do not want")
    snoozed_until = models.DateField(null=True, blank=True)
    told_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.how}"
