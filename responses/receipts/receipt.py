"""What a receipt shows to whoever holds it: that the answer is in the log, and whether it counts.

Never the answer, nor the service: an official may ask to see the receipt.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from responses.ledger import checkpoints, proofs
from responses.ledger.tiles import BrokenLogError
from responses.models import RECEIPT_ALPHABET, Checkpoint, Leaf, Response
from surveys.models import Wave

logger = logging.getLogger(__name__)

LENGTH = 12
# As people read and type them: Crockford's rules.
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = re.compile(r"[\s.\-–—_]+")


def read_code(typed: str, length: int = LENGTH, group: int = 4) -> str | None:
    """The code that somebody typed: whatever the case, the spaces, O for 0, I or L for 1."""
    letters = _BETWEEN.sub("", typed).upper().translate(_MEANT)
    if len(letters) != length or not set(letters) <= set(RECEIPT_ALPHABET):
        return None
    return "-".join(letters[at : at + group] for at in range(0, length, group))


def address_of(code: str = "") -> str:
    """The public address of a receipt's page, or of the page where codes are typed."""
    path = reverse("responses:receipt", args=[code]) if code else reverse("responses:receipts")
    return settings.PUBLIC_URL + path


@dataclass(frozen=True)
class Receipt:
    """A receipt's standing."""

    code: str
    wave: Wave
    leaves: list[Leaf]
    response: Response | None
    """None once the answers are deleted after their time."""

    @property
    def disposition(self) -> str:
        return self.response.disposition if self.response else self.leaves[-1].disposition

    @property
    def status(self) -> str:
        return str(Response.Disposition(self.disposition).label)

    @property
    def waiting(self) -> bool:
        """Whether the answer, or its last change, is not in the log yet."""
        return self.response is not None and len(self.leaves) < self.response.revision

    @property
    def position(self) -> int | None:
        """Of its last leaf, from 1."""
        return self.leaves[-1].position + 1 if self.leaves else None

    @cached_property
    def tree(self) -> Checkpoint:
        """The newest published root that stands over all its leaves, or the log as it is now."""
        at_least = self.position or 0
        return checkpoints.latest(self.wave, at_least=at_least) or checkpoints.head(self.wave)

    @property
    def published(self) -> bool:
        return self.tree.pk is not None

    @cached_property
    def broken(self) -> bool:
        """Whether the log does not hold what it should: somebody changed the database."""
        try:
            self.proof()
        except (BrokenLogError, IndexError):
            logger.exception("receipt %s is not in the log as it should be", self.code)
            return True
        return False

    @property
    def published_on(self) -> date:
        """The day, in Thailand."""
        return timezone.localtime(self.tree.at).date()

    @property
    def answers_deleted(self) -> bool:
        """After their time; not at anybody's wish."""
        return self.response is None and self.disposition != Response.Disposition.ERASED

    @property
    def erased_after_publication(self) -> bool:
        """Whether the published figures were made while the answers were there."""
        sealed = self.wave.seal.get("log")
        return bool(sealed and self.leaves and self.leaves[-1].position >= sealed["size"])

    def proof(self) -> dict[str, Any]:
        """The document that anybody may check. Raise BrokenLogError."""
        return {"receipt": self.code, **proofs.inclusion(self.tree, self.leaves)}


def look_up(code: str) -> Receipt | None:
    """The receipt with this code, as `read_code` gives it; None where we never gave it."""
    leaves = list(Leaf.objects.filter(receipt=code).select_related("wave").order_by("revision"))
    response = Response.objects.filter(receipt=code).select_related("wave").first()
    if response:
        return Receipt(code, response.wave, leaves, response)
    return Receipt(code, leaves[0].wave, leaves, None) if leaves else None
