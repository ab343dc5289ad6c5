"""The steps by which a frame or encounters come in by a file: brought, looked at, started."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language

from responses.importers.detect import open_table
from responses.importers.lists import COLUMNS_OF, TRY, Counts, FirstRows, first_rows
from responses.models import ImportJob
from responses.office.jobs import NAME_LIMIT
from surveys import clock
from surveys.csv_files import FileError, column_of
from surveys.models import User, Wave
from surveys.rejections import Rejections


@dataclass(frozen=True)
class Look:
    """What the file says, and what would become of it."""

    first: FirstRows
    counts: Counts
    rejected: list[str]


def bring(upload: UploadedFile, wave: Wave, kind: str, user: User) -> ImportJob:
    """Keep an uploaded file that has the columns. Raise FileError; then nothing is kept."""
    job = ImportJob(
        kind=kind,
        wave=wave,
        name=(upload.name or "")[-NAME_LIMIT:],
        language=get_language() or "th",
        requested_by=user,
        requested_at=clock.now(),
    )
    job.file.save(upload.name or "file", upload, save=False)
    try:
        table = open_table(job.path)
        with table.open() as rows:
            for column in COLUMNS_OF[kind]:
                column_of(rows.header, column)
        job.size = table.size
    except FileError:
        job.file.delete(save=False)
        raise
    job.save(force_insert=True)
    return job


def look(job: ImportJob) -> Look:
    """Raise one of ImportFailed."""
    table = open_table(job.path)
    with Rejections() as rejections:
        counts = TRY[job.kind](table, job.wave, rejections)
    return Look(first_rows(table), counts, rejections.first)
