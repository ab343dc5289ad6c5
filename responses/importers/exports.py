"""Exports of other systems, known by their own columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Export:
    """What the columns of a system are for: the first of each that the file has."""

    name: str
    marks: tuple[frozenset[str], ...]
    """It is this system's where all columns of one of these are there."""
    key: tuple[str, ...]
    time: tuple[str, ...]
    finished: tuple[str, ...] = ()
    utc: frozenset[str] = field(default_factory=frozenset)
    """Times in these columns are UTC, though they do not say so."""


KOBO = Export(
    "KoboToolbox",
    marks=(frozenset({"_uuid", "_submission_time"}), frozenset({"_id", "_submission_time"})),
    key=("_uuid", "meta/instanceID", "_id"),
    time=("_submission_time", "end", "start"),
    utc=frozenset({"_submission_time"}),
)
ODK = Export(
    "ODK",
    marks=(
        frozenset({"KEY", "SubmissionDate"}),
        frozenset({"meta-instanceID"}),
        frozenset({"meta/instanceID"}),
        frozenset({"meta:instanceID"}),
    ),
    key=("KEY", "meta-instanceID", "meta/instanceID", "meta:instanceID", "instanceID"),
    time=("SubmissionDate", "end", "start"),
)
LIMESURVEY = Export(
    "LimeSurvey",
    marks=(
        frozenset({"id", "submitdate", "lastpage"}),
        frozenset({"id", "submitdate", "startlanguage"}),
        frozenset({"id. Response ID", "submitdate. Date submitted"}),
        frozenset({"Response ID", "Date submitted"}),
    ),
    key=("id", "id. Response ID", "Response ID"),
    time=("submitdate", "submitdate. Date submitted", "Date submitted"),
    finished=("submitdate", "submitdate. Date submitted", "Date submitted"),
)


def recognise(columns: Iterable[str]) -> Export | None:
    """The system that wrote a file with these columns."""
    there = set(columns)
    for export in (KOBO, ODK, LIMESURVEY):
        if any(mark <= there for mark in export.marks):
            return export
    return None
