"""What citizens wrote, beside the answers it belongs to, and what came of it."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from responses.models.naming import name_of
from responses.models.response import Response
from responses.models.topic import Topic
from surveys.models import Agency, Channel, Service, ServicePoint, User, Wave


def _anywhere() -> int:
    return secrets.randbelow(1 << 31)


class Comment(models.Model):
    """What one citizen wrote, redacted by the door: kept by the fold beside the answers (as they
    are after their last change), to be listed and searched. It goes when the answers go."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        READ = "read", _("read")
        ACTED = "acted", _("acted on")

    response = models.OneToOneField(
        Response, models.CASCADE, primary_key=True, related_name="comment"
    )
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="comments", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    service = models.ForeignKey(Service, models.PROTECT)
    channel = models.ForeignKey(Channel, models.PROTECT, db_index=False)
    service_point = models.ForeignKey(ServicePoint, models.PROTECT, null=True, db_index=False)
    answered_on = models.DateField()
    # Within a day in no order: who came first is nobody's business.
    place = models.PositiveIntegerField(default=_anywhere)
    overall = models.PositiveSmallIntegerField(null=True)
    text = models.TextField()
    letters = models.TextField(default="", help_text="the text as it is searched")
    complains = models.PositiveSmallIntegerField(
        default=0, help_text="0 to 100, by its letters: sorts a list, counts for nothing"
    )
    blacked_out = models.JSONField(default=list, help_text="words that an officer took out besides")

    topics = models.ManyToManyField(Topic, related_name="comments", verbose_name=_("topics"))
    told = models.BooleanField(default=False, help_text="the office was told that it names danger")

    state = models.CharField(_("state"), max_length=5, choices=State, default=State.NEW)
    note = models.CharField(_("note for colleagues"), max_length=500, blank=True)
    reply = models.TextField(_("reply to the citizen"), max_length=1000, blank=True)
    replied_on = models.DateField(null=True)
    appealed_on = models.DateField(null=True, help_text="the citizen asked OPDC to look at it")
    second_reply = models.TextField(_("reply of OPDC"), max_length=1000, blank=True)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(
                fields=["wave", "agency", "-answered_on", "place"], name="comment_newest_first"
            ),
            models.Index(fields=["wave", "-answered_on", "place"], name="comment_newest_of_all"),
            models.Index(
                fields=["wave", "agency"], condition=~models.Q(reply=""), name="comment_replied"
            ),
            models.Index(
                fields=["wave", "agency", "-complains", "-answered_on", "place"],
                name="comment_complaining_first",
            ),
            models.Index(
                fields=["wave", "-complains", "-answered_on", "place"],
                name="comment_complaining_of_all",
            ),
            models.Index(
                fields=["wave", "agency"],
                condition=models.Q(overall__gte=4, complains__gt=50),
                name="comment_content_complaining",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.service_id} {self.answered_on}"

    @property
    def name(self) -> str:
        return name_of(self.pk)
