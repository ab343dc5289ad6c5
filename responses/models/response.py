"""Who answered what."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models import Channel, EntryPoint, Service, ServicePoint, User, Wave

RECEIPT_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_TO_RECEIPT = RECEIPT_ALPHABET.encode() * 8  # each letter for as many bytes


def new_receipt() -> str:
    """Twelve random characters, 60 bits, in groups that can be read aloud."""
    return next(new_receipts(1))


def new_receipts(count: int) -> Iterator[str]:
    letters = secrets.token_bytes(12 * count).translate(_TO_RECEIPT).decode()
    for start in range(0, 12 * count, 12):
        text = letters[start : start + 12]
        yield f"{text[:4]}-{text[4:8]}-{text[8:]}"


def new_salt() -> str:
    """What makes a commitment to an answer impossible to guess: 132 random bits."""
    return next(new_salts(1))


def new_salts(count: int) -> Iterator[str]:
    letters = urlsafe_b64encode(secrets.token_bytes(18 * count)).decode()
    for start in range(0, 24 * count, 24):
        yield letters[start : start + 22]


class ResponseQuerySet(models.QuerySet["Response"]):
    def eligible(self) -> ResponseQuerySet:
        """The responses that count. Every count and score in the product starts here."""
        return self.filter(disposition=Response.Disposition.COUNTED)

    def sent_as(self, wave: Wave, keys: Iterable[str], source: str) -> ResponseQuerySet:
        """Those stored under these keys: by programs in any wave, by others in this one."""
        scope = {"source": source} if source in BY_PROGRAMS else {"wave": wave}
        return self.filter(submission_key__in=list(keys), **scope)


class Response(models.Model):
    """One citizen's answers about one encounter."""

    class Disposition(models.TextChoices):
        COUNTED = "counted", _("counted")
        SCREENED = "screened", _("set aside by screening")
        ERASED = "erased", _("erased by the citizen")

    class Source(models.TextChoices):
        WEB = "web", _("web form")
        KIOSK = "kiosk", _("kiosk")
        EMBED = "embed", _("another website")
        AGENT = "agent", _("telephone agent")
        FILE = "file", _("file")
        SIMULATION = "simulation", _("simulation")
        API = "api", _("API")
        OPENROSA = "openrosa", _("ODK Collect / OpenRosa")

    class Selection(models.TextChoices):
        OPEN = "open", _("open link")
        DRAWN = "drawn", _("drawn and invited")
        VERIFIED = "verified", _("signed in, one answer each")
        OWN = "own", _("sent by the agency itself")

    # Found by wave, through the index that begins with it. Each index costs every response; who
    # deletes a service, which is seldom, may wait until all have been looked through.
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="responses", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, db_index=False)
    channel = models.ForeignKey(Channel, models.PROTECT, db_index=False)
    service_point = models.ForeignKey(ServicePoint, models.PROTECT, null=True, db_index=False)
    entry_point = models.ForeignKey(EntryPoint, models.PROTECT, null=True, db_index=False)

    answers = models.JSONField(default=dict)
    overall = models.PositiveSmallIntegerField(null=True)
    base_weight = models.DecimalField(max_digits=15, decimal_places=10, default=1)
    draw = models.PositiveSmallIntegerField(
        null=True, help_text="number of the draw that asked; answers of one draw weigh alike"
    )
    respondent = models.CharField(max_length=64, blank=True)
    sampling_unit = models.CharField(
        max_length=80,
        blank=True,
        help_text="stratum and PSU that a file brought",
    )

    submission_key = models.CharField(max_length=64)
    receipt = models.CharField(max_length=14, default=new_receipt)
    salt = models.CharField(max_length=22, default=new_salt, blank=True)
    source = models.CharField(max_length=12, choices=Source)
    selection = models.CharField(max_length=8, choices=Selection, default=Selection.OPEN)
    device = models.CharField(max_length=22, blank=True, help_text="keyed hash; dies with the wave")
    seconds = models.PositiveIntegerField(null=True, help_text="from the first page to the answer")
    language = models.CharField(max_length=2, blank=True)
    answered_at = models.DateTimeField()
    received_at = models.DateTimeField()
    disposition = models.CharField(max_length=10, choices=Disposition, default=Disposition.COUNTED)
    revision = models.PositiveSmallIntegerField(default=1)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        permissions = [
            ("take_calls", "Can enter what callers answer by telephone"),
            ("export_responses", "Can take single answers away"),
            ("erase_responses", "Can erase an answer on its sender’s request"),
        ]
        constraints = [
            # Sending twice stores one: the sender's key, not equal content, tells repeats apart.
            models.UniqueConstraint(fields=["wave", "submission_key"], name="response_once"),
            # A program may send again after the next wave has begun: its key names one response.
            models.UniqueConstraint(
                fields=["submission_key"],
                condition=models.Q(source="api"),
                name="response_once_by_api",
            ),
            models.UniqueConstraint(
                fields=["submission_key"],
                condition=models.Q(source="openrosa"),
                name="response_once_by_openrosa",
            ),
            models.UniqueConstraint(fields=["receipt"], name="receipt_once"),
        ]
        indexes = [models.Index(fields=["wave", "service", "channel"])]

    def __str__(self) -> str:
        return self.receipt

    def state(self) -> dict[str, Any]:
        """What a later revision may change, as the history keeps it."""
        return {"answers": self.answers, "disposition": self.disposition}


# One answer each, by a ballot or a token. Of these the day is known, and no time, device, seconds
# or language: those could be laid beside the log of a server, a gateway, a provider of identities.
TRACELESS = frozenset({Response.Selection.DRAWN, Response.Selection.VERIFIED})

# Sources whose key names one response among all that the sender ever sends.
BY_PROGRAMS = frozenset({Response.Source.API, Response.Source.OPENROSA})


class Revision(models.Model):
    """What a response said before it changed. Append-only."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="history")
    number = models.PositiveSmallIntegerField(help_text="the revision that replaced this state")
    before = models.JSONField()
    reason = models.CharField(max_length=40)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "number"], name="revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} → {self.number}"


class JournalEntry(models.Model):
    """Responses stored or changed and not yet counted.

    Written in the transaction that stores them; whoever counts them deletes the entry in the
    transaction that adds them to the counts. So each is counted exactly once, whatever crashes.
    """

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="journal")
    response_ids = models.JSONField()
    revision = models.PositiveSmallIntegerField()
    noticed = models.BooleanField(
        db_default=False, help_text="screening knows of it (screening/noticing.py)"
    )

    class Meta:
        verbose_name_plural = "journal entries"

    def __str__(self) -> str:
        return f"{self.wave_id}: {len(self.response_ids)} at revision {self.revision}"


class Kiosk(models.Model):
    """A device that a member of staff has put up for citizens, behind one link."""

    entry_point = models.ForeignKey(EntryPoint, models.CASCADE, related_name="kiosks")
    name = models.CharField(_("place"), max_length=80, blank=True)
    pin = models.CharField(max_length=128, help_text="hashed")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="PINs tried since a right one")
    locked_until = models.DateTimeField(null=True)
    started_by = models.ForeignKey(User, models.SET_NULL, null=True)
    started_at = models.DateTimeField(_("put up at"))
    ended_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(
        _("confirmed at"),
        null=True,
        editable=False,
        help_text=_("From then on its answers count like those of an open link."),
    )

    class Meta:
        verbose_name = _("kiosk")
        verbose_name_plural = _("kiosks")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.entry_point} {self.name}".strip()
