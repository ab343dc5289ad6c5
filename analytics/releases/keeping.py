"""Releases are made once and kept; a correction is a further release, which names the one before.

A correction never touches what was counted: figures, frame, fieldwork and the tree that they rest
on are taken over byte for byte, also where records behind them have been erased since. What may be
said differently is what things are called, and what is said of the release: its reason.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from analytics.models import Correction, KeptRelease
from analytics.releases.bundle import (
    Imprint,
    NotPublishedError,
    as_csv,
    data_files,
    packed,
)
from analytics.releases.changes import CHANGES, as_file, changes
from analytics.releases.descriptions import DataFile
from analytics.releases.tables import NAMED, Row, Table, names_of
from responses.ledger.cosigning import host
from surveys import clock
from surveys.acts import record
from surveys.csv_files import harmless
from surveys.models import Act, User, Wave
from surveys.waves import digest


class DamagedError(Exception):
    """The file that is stored is not the one that was made."""


def keep_first(wave: Wave, **_signal: Any) -> None:
    """In the transaction that publishes: a wave has its release or is not published."""
    if not wave.releases.exists():
        _keep(wave, data_files(wave), Imprint(1, clock.now()))


def latest(wave: Wave) -> KeptRelease:
    """Of a wave that was published before releases were kept, one is made and kept now.

    Raises NotPublishedError."""
    if found := wave.releases.first():
        return found
    with transaction.atomic():
        held = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
        if held.state != Wave.State.PUBLISHED:
            raise NotPublishedError
        keep_first(held)
    return wave.releases.get(number=1)


def content_of(kept: KeptRelease) -> bytes:
    """Raises DamagedError."""
    with kept.file.open("rb") as file:
        content: bytes = file.read()
    if hashlib.sha256(content).hexdigest() != kept.digest:
        raise DamagedError(f"{kept.file.name} is not the file that was kept")
    return content


def files_in(kept: KeptRelease) -> dict[str, DataFile]:
    """The tables of a kept release, but for its list of changes."""
    with ZipFile(BytesIO(content_of(kept))) as zipped:
        package = json.loads(zipped.read("datapackage.json"))
        found = {
            each["path"].removeprefix("data/"): DataFile(
                each["title"],
                {field["name"]: field["type"] for field in each["schema"]["fields"]},
                zipped.read(each["path"]),
            )
            for each in package["resources"]
        }
    found.pop(CHANGES, None)
    return found


def would_change(wave: Wave) -> list[Row]:
    """What a correction made now would list."""
    before = files_in(latest(wave))
    return changes(before, _renamed(before))


@transaction.atomic
def propose(wave: Wave, actor: User, reason_th: str, reason_en: str) -> Correction:
    """Raise ValidationError where another one waits."""
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if wave.state != Wave.State.PUBLISHED:
        raise ValidationError(_("It is corrected once it is published."))
    if wave.corrections.filter(state=Correction.State.PENDING).exists():
        raise ValidationError(_("Another correction waits for approval."))
    record(Act.What.CHECK, wave, actor, correction=reason_en)
    return Correction.objects.create(
        wave=wave,
        entered_by=actor,
        entered_at=clock.now(),
        reason_th=reason_th,
        reason_en=reason_en,
        changes=digest(would_change(wave)),
    )


@transaction.atomic
def approve(pk: int, actor: User) -> KeptRelease:
    """Make the correction's release. Raise ValidationError for whoever proposed it, and where what
    it would change is no longer what was proposed."""
    correction = Correction.locked_for(pk, actor)
    wave = Wave.objects.select_for_update(no_key=True).get(pk=correction.wave_id)
    before = latest(wave)
    old = files_in(before)
    new = _renamed(old)
    found = changes(old, new)
    if digest(found) != correction.changes:
        raise ValidationError(
            _("What would change is no longer what was proposed. Refuse it, and propose it again.")
        )
    correction.approve(actor)
    kept = _keep(
        wave,
        new | {CHANGES: as_file(found)},
        Imprint(
            before.number + 1,
            clock.now(),
            before.digest,
            correction.reason_th,
            correction.reason_en,
        ),
        correction,
    )
    record(Act.What.APPROVE, wave, actor, release=kept.number, digest=kept.digest)
    return kept


@transaction.atomic
def refuse(pk: int, actor: User, why: str) -> None:
    """Also one's own. Raise ValidationError where it is decided already, or no reason is given."""
    correction = Correction.objects.select_for_update(no_key=True).get(pk=pk)
    if correction.state != Correction.State.PENDING:
        raise ValidationError(_("This has been decided already."))
    correction.refuse(actor, why)
    record(Act.What.RETURN, correction.wave, actor, why=why)


def _renamed(files: dict[str, DataFile]) -> dict[str, DataFile]:
    """With the names of today; what the registry no longer has keeps its own."""
    return {
        name: _with_names(name, file) if name in NAMED else file for name, file in files.items()
    }


def _with_names(name: str, file: DataFile) -> DataFile:
    names, key = names_of(name), next(iter(file.columns))
    rows: list[Row] = [
        row | {field: harmless(now) for field, now in names.get(row[key], {}).items()}
        for row in csv.DictReader(StringIO(file.content.decode()))
    ]
    return file._replace(content=as_csv(Table(file.title, file.columns, rows)))


def _keep(
    wave: Wave, files: dict[str, DataFile], imprint: Imprint, correction: Correction | None = None
) -> KeptRelease:
    if settings.SIGN_RELEASES:
        imprint = replace(imprint, signed_by=host())
    with translation.override(settings.LANGUAGE_CODE):
        content = packed(wave, files, imprint)
    kept = KeptRelease(
        wave=wave,
        number=imprint.number,
        made_at=imprint.made_at,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        correction=correction,
    )
    kept.file.save(f"{wave.code}-{imprint.number}.zip", ContentFile(content), save=False)
    kept.save()
    return kept
