"""A release held against itself, from the file alone, and what is said of that."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from analytics.releases.reading import Difference, Release, UnreadableError
from analytics.releases.recomputing.figures import recompute
from analytics.releases.signature import SIGNATURE
from responses.ledger.notes import Verifier

SHOWN = 200
"""Letters of a value that is repeated: what stands in a file may be of any length."""

OF_ODD_FILES = (
    *(ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValueError),
    *(csv.Error, ValidationError),
)
"""What reading raises where something is missing, or is of another kind than it should be."""


@dataclass(frozen=True)
class Verified:
    """How many figures were recomputed, of how many the estimate too, where the release does not
    hold (the first, and how many places), and by whom it says that it is signed."""

    figures: int
    estimates: int
    differences: int
    first: Difference | None
    signed_by: str

    def to_dict(self) -> dict[str, Any]:
        first = asdict(self.first) if self.first else None
        return asdict(self) | {"first": first}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Verified:
        first = told["first"]
        return cls(**told | {"first": Difference(**first) if first else None})


def verify(path: Path, key: Verifier | None = None) -> Verified:
    """With a key, a signature that is not its own is a difference.

    Raises UnreadableError, and OSError where there is no such file."""
    try:
        release = Release.read(path, key)
        checked = recompute(release)
    except OF_ODD_FILES as error:
        why = f"{type(error).__name__}: {error}"
        raise UnreadableError(Difference(path.name, found=why)) from error
    # The figure itself says more than that its file was changed.
    found = [*checked.differences, *release.changed]
    first = found[0] if found else None
    return Verified(checked.figures, checked.estimates, len(found), first, release.signed_by)


def in_words(difference: Difference) -> str:
    where, found = difference.file[:SHOWN], _short(difference.found)
    if where == SIGNATURE:
        return _("%(file)s: %(found)s; it must be that of %(key)s") % {
            "file": where,
            "found": found,
            "key": difference.expected,
        }
    if difference.row is not None:
        where = _("%(file)s, row %(row)s") % {"file": where, "row": difference.row}
    if difference.field:
        where = f"{where}, {difference.field}"
    if difference.expected is None:
        return _("%(where)s: cannot be read: %(found)s") % {"where": where, "found": found}
    return _("%(where)s: %(found)s, but %(expected)s follows from the rest") % {
        "where": where,
        "found": found,
        "expected": difference.expected,
    }


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
