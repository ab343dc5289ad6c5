"""The programs that send responses: what each may send for, and the key that it shows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys import clock
from surveys.models import Agency, Channel
from surveys.remembered import remembered

USE_NOTED_EVERY = timedelta(minutes=1)


class CollectingSystem(models.Model):
    """A program of an agency, such as a kiosk, an application or a call centre's desk.

    It sends for the services of its agency and of every agency below it, on the channels named.
    The key is shown once, when it is made; a hash of it is kept, which is safe without salt or
    stretching because the key is 256 random bits.
    """

    name = models.CharField(_("name"), max_length=120)
    agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("agency"), related_name="collecting_systems"
    )
    channels = models.ManyToManyField(
        Channel, verbose_name=_("channels"), help_text=_("The channels that it may send for.")
    )
    reports_encounters = models.BooleanField(
        _("reports encounters"),
        default=False,
        help_text=_("It may report who was served, so that citizens can be drawn and asked."),
    )
    independent = models.BooleanField(
        _("independent of the agency"),
        default=False,
        help_text=_(
            "The survey office, or somebody on its behalf, runs it: its answers count like those"
            " of an open link. Answers of an agency's own program stand beside the official"
            " figure, not in it."
        ),
    )
    active = models.BooleanField(
        _("active"), default=True, help_text=_("Without this its key opens nothing.")
    )
    prefix = models.CharField(_("key begins with"), max_length=12, unique=True, editable=False)
    key_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)

    class Meta:
        verbose_name = _("collecting system")
        verbose_name_plural = _("collecting systems")
        ordering = ["agency", "name"]

    def __str__(self) -> str:
        return self.name

    def new_key(self) -> str:
        """Give the system a key, in place of any older one. Returns it for the only time; the
        caller saves the system."""
        self.prefix = f"cs{secrets.token_hex(4)}"
        key = f"{self.prefix}_{secrets.token_urlsafe(32)}"
        self.key_hash = hash_of(key)
        return key


def hash_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()


@dataclass(frozen=True)
class Sender:
    """What a collecting system may do, as each process remembers it."""

    pk: int
    key_hash: str
    agencies: frozenset[int]
    channels: frozenset[int]
    reports_encounters: bool = False
    independent: bool = False
    is_authenticated: bool = True


NOBODY = Sender(0, hash_of(secrets.token_urlsafe(32)), frozenset(), frozenset())


def sender_with(key: str) -> Sender | None:
    """The active system that the key belongs to. Unknown, wrong and revoked keys are alike, and
    take alike."""
    prefix = key.partition("_")[0]
    sender = (_sender(prefix) if prefix.isascii() and prefix.isalnum() else None) or NOBODY
    fits = secrets.compare_digest(hash_of(key), sender.key_hash)
    return sender if fits and sender is not NOBODY else None


@remembered
def _sender(prefix: str) -> Sender | None:
    system = CollectingSystem.objects.filter(prefix=prefix, active=True).first()
    if system is None:
        return None
    below = Agency.objects.descendants(system.agency_id, include_self=True)
    return Sender(
        pk=system.pk,
        key_hash=system.key_hash,
        agencies=frozenset(below.values_list("pk", flat=True)),
        channels=frozenset(system.channels.values_list("pk", flat=True)),
        reports_encounters=system.reports_encounters,
        independent=system.independent,
    )


@remembered
def note_use(pk: int) -> None:
    """Keep when the system last sent something, at most once a minute."""
    now = clock.now()
    systems = CollectingSystem.objects.filter(pk=pk)
    systems.exclude(last_used_at__gt=now - USE_NOTED_EVERY).update(last_used_at=now)
