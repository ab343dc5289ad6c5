"""A release: one file from which anybody recomputes what a published wave says."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone

from analytics.releases.tables import Table, tables_of
from surveys.csv_files import harmless
from surveys.models import Wave
from surveys.xlsform.writing import form_sheets

SUMS = "SHA256SUMS"
ABOUT = Path(__file__).with_name("about.md")


class NotPublishedError(Exception):
    """The wave is not published: there is nothing to release."""


def write_release(wave: Wave, file: IO[bytes]) -> None:
    """Write the release of a published wave as a zip; the same bytes for the same records.

    Raises NotPublishedError."""
    if wave.state != Wave.State.PUBLISHED:
        raise NotPublishedError
    parts = _parts(wave)
    parts[SUMS] = sums_of(parts).encode()
    assert wave.published_at is not None
    with ZipFile(file, "w") as packed:
        for name, content in sorted(parts.items()):
            packed.writestr(_entry(name, wave.published_at), content, ZIP_DEFLATED, 9)


def sums_of(parts: Mapping[str, bytes]) -> str:
    """The digest of each file, in the form that `sha256sum -c` reads."""
    return "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(parts.items())
        if name != SUMS
    )


def _parts(wave: Wave) -> dict[str, bytes]:
    tables = tables_of(wave)
    parts = {f"data/{name}": as_csv(table) for name, table in tables.items()}
    questions = wave.questionnaire.questions.order_by("position", "code")
    for sheet, (columns, rows) in form_sheets(wave.questionnaire, questions).items():
        table = Table(sheet, dict.fromkeys(columns, "string"), rows)
        parts[f"questionnaire/{sheet}.csv"] = as_csv(table)
    parts["wave.json"] = as_json(_wave(wave))
    parts["datapackage.json"] = as_json(_package(wave, tables, parts))
    parts["README.md"] = ABOUT.read_bytes()
    return parts


def _wave(wave: Wave) -> dict[str, Any]:
    """What was declared before the wave opened, and sealed when it was published."""
    return {
        "code": wave.code,
        "title_th": wave.title_th,
        "title_en": wave.title_en,
        "fiscal_year": wave.fiscal_year,
        "starts_on": wave.starts_on.isoformat(),
        "ends_on": wave.ends_on.isoformat(),
        "simulated": wave.simulated,
        "method": wave.declared_method().to_dict(),
        "seal": wave.seal,
    }


def _package(wave: Wave, tables: Mapping[str, Table], parts: Mapping[str, bytes]) -> dict[str, Any]:
    """The description of the tables as a Frictionless Data Package (specification 1)."""
    return {
        "profile": "tabular-data-package",
        "name": re.sub(r"[^a-z0-9._-]+", "-", wave.code.lower()),
        "title": wave.title_en,
        "version": "1.0.0",
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": Path(name).stem,
                "title": table.title,
                "path": f"data/{name}",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(parts[f"data/{name}"]),
                "hash": f"sha256:{hashlib.sha256(parts[f'data/{name}']).hexdigest()}",
                "schema": {
                    "fields": [
                        {"name": column, "type": kind} for column, kind in table.columns.items()
                    ]
                },
            }
            for name, table in tables.items()
        ],
    }


def as_csv(table: Table) -> bytes:
    """Numbers are written with all their digits; nothing is written where there is none. A text is
    no formula, whatever it begins with."""
    text = StringIO()
    writer = csv.DictWriter(text, list(table.columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in table.rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return harmless(value)
    return value


def as_json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _entry(name: str, moment: datetime) -> ZipInfo:
    entry = ZipInfo(name, timezone.localtime(moment).timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry
