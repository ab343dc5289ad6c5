"""What is stored of a wave's log. It outlives the answers: nothing here tells what they were."""

from __future__ import annotations

from django.db import models

from surveys.models import Wave


class Leaf(models.Model):
    """One response at one revision, at its position in the log.

    It names the response by its receipt, not by a key: responses are deleted after their time,
    leaves stay.
    """

    pk = models.CompositePrimaryKey("wave_id", "position")
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="leaves", db_index=False)
    position = models.BigIntegerField(help_text="from 0")
    receipt = models.CharField(max_length=14)
    revision = models.PositiveSmallIntegerField()
    disposition = models.CharField(max_length=10, help_text="as it was at this revision")
    commitment = models.BinaryField(help_text="32 bytes; none where the answers are erased")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "revision"], name="logged_once"),
        ]
        indexes = [
            # Few, and counted on a public page.
            models.Index(
                fields=["wave"], condition=models.Q(disposition="erased"), name="erased_in_log"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.receipt} at revision {self.revision}"


class Tile(models.Model):
    """Up to 256 hashes that stand side by side in a wave's tree: those of leaves at level 0, else
    the roots of full tiles of the level below. A proof reads a handful of tiles."""

    pk = models.CompositePrimaryKey("wave_id", "level", "position")
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="tiles", db_index=False)
    level = models.PositiveSmallIntegerField()
    position = models.BigIntegerField(help_text="from 0, within the level")
    hashes = models.BinaryField(help_text="32 bytes each")

    def __str__(self) -> str:
        return f"{self.level}/{self.position}"


class Checkpoint(models.Model):
    """The root of a wave's log as it was published: whoever noted it can hold us to it."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="checkpoints", db_index=False)
    size = models.BigIntegerField(help_text="leaves")
    root = models.CharField(max_length=64, help_text="in hexadecimal")
    at = models.DateTimeField()
    cosignatures = models.TextField(blank=True, help_text="the lines that witnesses added")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "size"], name="checkpoint_once"),
        ]

    def __str__(self) -> str:
        return f"{self.size} {self.root}"
