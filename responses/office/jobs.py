"""The steps of an import: a file is brought, its columns are chosen, it is tried, it is started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language

from responses.importers.choice import Choice, chosen_in
from responses.importers.detect import open_table
from responses.importers.findings import Finding, findings_of
from responses.importers.importing import import_responses
from responses.importers.known import Known
from responses.importers.layout import Layout
from responses.importers.look import Look, look_at
from responses.importers.mapping_toml import read_mapping
from responses.importers.proposal import propose, table_of
from responses.importers.summary import Summary
from responses.models import ImportJob, SavedMapping
from responses.tasks import run_import
from surveys import clock
from surveys.csv_files import FileError
from surveys.models import Agency, User, Wave
from surveys.rejections import Rejections

TRIED = 1_000
SHOWN = 12
NAME_LIMIT = 250


def bring(upload: UploadedFile, wave: Wave, user: User) -> ImportJob:
    """Keep an uploaded file and guess its mapping. Raise FileError; then nothing is kept."""
    job = ImportJob(
        wave=wave,
        name=(upload.name or "")[-NAME_LIMIT:],
        language=get_language() or "th",
        requested_by=user,
        requested_at=clock.now(),
    )
    job.file.save(upload.name or "file", upload, save=False)
    try:
        proposal = propose(job.path, Known.to(wave), name=job.name)
        job.mapping = proposal.entries
        job.size = proposal.table.size
    except FileError:
        job.file.delete(save=False)
        raise
    job.save(force_insert=True)
    return job


def look_again(job: ImportJob) -> Look:
    """Raise FileError."""
    return look_at(table_of(job.path, job.mapping), Layout.of(job.mapping))


def lay_out(job: ImportJob, layout: Layout) -> None:
    """Guess again, of another sheet or with another header. Raise FileError; then all stays."""
    proposal = propose(job.path, Known.to(job.wave), name=job.name, layout=layout)
    choose(job, proposal.entries, create_missing=job.create_missing)


def findings(job: ImportJob) -> list[Finding]:
    """Of the choices as they are now. Raise FileError."""
    return findings_of(look_again(job), Known.to(job.wave), choice_of(job))


def choice_of(job: ImportJob) -> Choice:
    return chosen_in(job.mapping)


def choose(job: ImportJob, entries: Mapping[str, Any], *, create_missing: bool) -> None:
    ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.PREPARED).update(
        mapping=entries, create_missing=create_missing
    )
    job.refresh_from_db()


def remember(name: str, job: ImportJob, user: User) -> None:
    """Under a name that is there already the newer mapping stays."""
    agency = choice_of(job).constants.get("agency")
    SavedMapping.objects.update_or_create(
        name=name,
        agency=Agency.objects.without_tree_fields().get(code=agency) if agency else None,
        defaults={"entries": job.mapping, "saved_by": user, "saved_at": clock.now()},
    )


@dataclass(frozen=True)
class Trial:
    """What would become of the first rows."""

    summary: Summary
    rejected: list[str]


def try_out(job: ImportJob) -> Trial:
    """Read and check the first rows; nothing is stored. Raise one of ImportFailed."""
    mapping = read_mapping(job.mapping)
    with Rejections() as rejections:
        summary = import_responses(
            open_table(job.path, delimiter=mapping.delimiter, layout=mapping.layout),
            mapping,
            wave_code=job.wave.code,
            create=job.create_missing,
            dry_run=True,
            limit=TRIED,
            rejections=rejections,
        )
    return Trial(summary, rejections.first)


def readings(job: ImportJob) -> list[tuple[str, list[tuple[str, str]]]]:
    """Columns whose words are taken for codes or ratings: what they say, and for what."""
    look = look_again(job)
    return [
        (cell["column"], [(said, cell["values"].get(said, "–")) for said in shown])
        for cell in _translated(job.mapping)
        if (shown := look.values(cell["column"])[:SHOWN])
    ]


def _translated(entries: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "values" in entries:
        yield entries
        return
    for entry in entries.values():
        if isinstance(entry, Mapping):
            yield from _translated(entry)


def start(job: ImportJob) -> None:
    """Have it imported; one that stopped goes on from where it was. Twice is once."""
    may_start = Q(state=ImportJob.State.PREPARED) | Q(state=ImportJob.State.FAILED)
    started = (
        ImportJob.objects.filter(may_start, pk=job.pk)
        .exclude(file="")
        .update(state=ImportJob.State.QUEUED, queued_at=clock.now(), error="")
    )
    if started:
        transaction.on_commit(lambda: run_import.delay(str(job.pk)))


def discard(job: ImportJob) -> None:
    """Forget a file that was not started."""
    if ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.PREPARED).delete()[0]:
        job.file.delete(save=False)
