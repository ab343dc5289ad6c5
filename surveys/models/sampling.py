"""Whom a wave asks: encounters that agencies report, draws among them, invitations to those drawn.

Three things are kept apart so that no answer leads back to a person. An invitation knows whom it
was sent to but not whether they answered. A ballot says that one answer may still be given, and is
deleted when it is; nothing in it names the invitation. Only the citizen's link joins them, and it
is kept encrypted, beside the contact, until the last reminder.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys import clock
from surveys.models.registry import Agency, Channel, Service, ServicePoint
from surveys.models.wave import Wave


class WaveKey(models.Model):
    """The random key, encrypted, under which a wave hashes the agencies' own numbers. Destroyed
    when the wave closes: from then on nobody can say which encounter was whose."""

    wave = models.OneToOneField(Wave, models.CASCADE, primary_key=True, related_name="wave_key")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class CountedFromLog(models.Model):
    """The frame of this wave counts this agency's encounters as they are reported, and from no
    other source."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="counted_from_log")
    agency = models.ForeignKey(Agency, models.PROTECT)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "agency"], name="counted_from_log_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.agency_id}"


class Encounter(models.Model):
    """One use of a service, as an agency reported it. `key` is a keyed hash of the agency's own
    number, so that it may be sent again; the contact is encrypted and goes with the draw."""

    # Found by wave and by draw alone; each index costs every encounter.
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="encounters", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    key = models.CharField(max_length=43)
    service = models.ForeignKey(Service, models.PROTECT, db_index=False)
    channel = models.ForeignKey(Channel, models.PROTECT, db_index=False)
    service_point = models.ForeignKey(ServicePoint, models.PROTECT, null=True, db_index=False)
    happened_on = models.DateField()
    contact = models.BinaryField(null=True, help_text="encrypted; deleted once a draw has passed")
    contact_mark = models.CharField(
        max_length=22, blank=True, help_text="keyed hash, to tell a repeat; goes with the contact"
    )
    reachable = models.BooleanField(help_text="it came with a contact")
    received_at = models.DateTimeField()
    draw = models.ForeignKey(
        "surveys.Draw", models.RESTRICT, null=True, related_name="listed_encounters"
    )
    selected = models.BooleanField(null=True, help_text="once a draw has passed; for the audit")

    class Meta:
        verbose_name = _("encounter")
        verbose_name_plural = _("encounters")
        constraints = [
            models.UniqueConstraint(fields=["wave", "agency", "key"], name="encounter_once"),
        ]
        indexes = [
            models.Index(fields=["wave"], condition=models.Q(draw=None), name="encounter_waiting"),
        ]

    def __str__(self) -> str:
        return self.key


class Draw(models.Model):
    """One random draw among the encounters of a wave that no draw has passed yet.

    The commitment to the secret was published before the encounters came in. Once the list of
    encounters is closed its digest is published; the seed is made of the secret, the digest and,
    where the list names its source, a number that the public draws later. So neither the agency
    nor the platform could choose who is drawn, and anybody can repeat it once the secret is told
    (docs/auditing-a-draw.md).
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="draws")
    number = models.PositiveIntegerField()
    commitment = models.CharField(max_length=64)
    committed_at = models.DateTimeField()
    sealed_secret = models.BinaryField()
    secret = models.CharField(max_length=64, blank=True, help_text="told when all is over")
    design = models.JSONField(default=dict)
    list_closed_at = models.DateTimeField(null=True)
    encounters = models.PositiveIntegerField(null=True, help_text="in the closed list")
    encounters_digest = models.CharField(max_length=64, blank=True)
    public_source = models.CharField(max_length=200, blank=True)
    public_value = models.CharField(max_length=200, blank=True)
    drawn_at = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="draw_number"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} #{self.number}"


class DrawCell(models.Model):
    """A stratum of a draw: how many encounters, how many could be reached, how many were drawn."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="cells")
    service = models.ForeignKey(Service, models.PROTECT)
    channel = models.ForeignKey(Channel, models.PROTECT)
    encounters = models.PositiveIntegerField()
    reachable = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    shared = models.PositiveIntegerField(
        null=True,
        help_text="whose contact stands on more than three encounters of the agency in the list;"
        " empty where nobody counted that",
    )
    answered = models.PositiveIntegerField(
        default=0, help_text="set when the last ballots are destroyed; until then count ballots"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "service", "channel"], name="draw_cell_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}: {self.service_id} × {self.channel_id}"


class Invitation(models.Model):
    """One citizen who was drawn. It never knows whether they answered."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be delivered")
        REFUSED = "refused", _("does not want to be asked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cell = models.ForeignKey(DrawCell, models.PROTECT, related_name="invitations")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    sent_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [models.Index(fields=["cell", "state"])]

    def __str__(self) -> str:
        return str(self.pk)


class Contact(models.Model):
    """Where an invitation goes: address, language and the citizen's link, encrypted together.
    Deleted after the last reminder, or as soon as it is of no use. The row is the job of sending
    it; from the first sending on nothing in it depends on whether the citizen has answered."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, primary_key=True)
    sealed = models.BinaryField()
    reminders = models.PositiveSmallIntegerField(default=0)
    stop_code = models.CharField(max_length=22, blank=True, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_index=True, help_text="not before; empty: now")
    claimed_at = models.DateTimeField(null=True, help_text="a worker has it in hand since")

    def __str__(self) -> str:
        return str(self.pk)


class Ballot(models.Model):
    """The right to give one answer, for whoever holds the token of this digest. Deleted in the
    transaction that stores the answer, and when the wave closes."""

    digest = models.CharField(primary_key=True, max_length=43)
    cell = models.ForeignKey(DrawCell, models.CASCADE, related_name="ballots")
    service_point = models.ForeignKey(ServicePoint, models.PROTECT, null=True)
    base_weight = models.DecimalField(max_digits=15, decimal_places=10)
    expires_on = models.DateField()

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")

    def __str__(self) -> str:
        return self.digest[:8]
