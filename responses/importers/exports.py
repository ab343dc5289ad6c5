"""Exports of other systems, known by their own columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What these columns say of rows that are no citizen's whole answer."""
    header_rows: int = 1
    utc: frozenset[str] = field(default_factory=frozenset)
    """Times in these columns are UTC, though they do not say so."""


KOBO = Export(
    "KoboToolbox",
    marks=(frozenset({"_uuid", "_submission_time"}), frozenset({"_id", "_submission_time"})),
    key=("_uuid", "meta/instanceID", "_id"),
    time=("_submission_time", "end", "start"),
    leave_out={
        "_validation_status": ("validation_status_not_approved", "Not Approved", "not approved")
    },
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
    leave_out={"ReviewState": ("rejected",)},
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
QUALTRICS = Export(
    "Qualtrics",
    marks=(
        frozenset({"ResponseId", "RecordedDate"}),
        frozenset({"ResponseId", "Finished"}),
        frozenset({"Response ID", "Recorded Date"}),
    ),
    key=("ResponseId", "Response ID"),
    time=("RecordedDate", "Recorded Date", "EndDate", "End Date", "StartDate", "Start Date"),
    leave_out={
        "Finished": ("False", "FALSE", "false", "0"),
        "Status": ("Survey Preview", "Survey Test", "Spam", "1", "2", "4", "8", "9", "12"),
        "Response Type": ("Survey Preview", "Survey Test", "Spam", "1", "2", "4", "8", "9", "12"),
    },
    header_rows=3,
)
SURVEYMONKEY = Export(
    "SurveyMonkey",
    marks=(
        frozenset({"Respondent ID", "Collector ID"}),
        frozenset({"respondent_id", "collector_id"}),
    ),
    key=("Respondent ID", "respondent_id"),
    time=("End Date", "date_modified", "Start Date", "date_created"),
    leave_out=dict.fromkeys(
        ("Status", "Response Status", "response_status"),
        ("Partial", "Incomplete", "Disqualified", "partial", "overquota", "disqualified"),
    ),
    header_rows=2,
)
EXPORTS = (KOBO, ODK, LIMESURVEY, QUALTRICS, SURVEYMONKEY)


def recognise(columns: Iterable[str]) -> Export | None:
    """The system that wrote a file with these columns."""
    there = set(columns)
    for export in EXPORTS:
        if any(mark <= there for mark in export.marks):
            return export
    return None
