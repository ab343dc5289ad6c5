"""What became of the rows of a file."""

from __future__ import annotations

from dataclasses import dataclass, field

from surveys.frame_import import FrameChange


@dataclass
class Summary:
    """Each row is in exactly one of stored, already_stored, without_answer, unfinished and
    rejected."""

    rows: int = 0
    stored: int = 0
    already_stored: int = 0
    without_answer: int = 0
    unfinished: int = 0
    rejected: int = 0
    shortened_comments: int = 0
    registry_created: int = 0
    not_understood: dict[str, int] = field(default_factory=dict)
    """How many cells beside the overall rating were left out, by question."""
    encounters: int | None = None
    frame: FrameChange | None = None
