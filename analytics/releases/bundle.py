"""A release: one file from which anybody recomputes what a published wave says."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.utils import timezone

from analytics.models import Computation
from analytics.releases.columnar import as_parquet
from analytics.releases.croissant import croissant
from analytics.releases.ddi import codebook
from analytics.releases.descriptions import DataFile, described
from analytics.releases.sdmx import sdmx_csv, sdmx_structure
from analytics.releases.signature import SIGNATURE, SUMS, sign
from analytics.releases.tables import Table, tables_of
from surveys.csv_files import harmless
from surveys.models import Wave
from surveys.xlsform.writing import form_sheets

ABOUT = Path(__file__).with_name("about.md")

COLUMNAR = ("scores", "frame")


class NotPublishedError(Exception):
    """The wave is not published: there is nothing to release."""


@dataclass(frozen=True)
class Imprint:
    """What a release says of itself. Of a correction: the digest of the release that it replaces,
    and why it does."""

    number: int
    made_at: datetime
    replaces: str = ""
    reason_th: str = ""
    reason_en: str = ""
    signed_by: str = ""

    def to_dict(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "number": self.number,
            "made_at": self.made_at.isoformat(),
            "signed_by": self.signed_by or None,
        }
        if self.replaces:
            told["replaces"] = {"number": self.number - 1, "sha256": self.replaces}
            told |= {"reason_th": self.reason_th, "reason_en": self.reason_en}
        return told


def data_files(wave: Wave) -> dict[str, DataFile]:
    """The tables of a wave as its records give them now, by the name of their file.

    Raises NotPublishedError."""
    if wave.state != Wave.State.PUBLISHED:
        raise NotPublishedError
    return {
        name: DataFile(table.title, table.columns, as_csv(table))
        for name, table in tables_of(wave).items()
    }


def packed(wave: Wave, files: Mapping[str, DataFile], imprint: Imprint) -> bytes:
    """The release as a zip: the same bytes for the same files and the same records."""
    parts = _parts(wave, files, imprint)
    parts[SUMS] = sums_of(parts).encode()
    if imprint.signed_by:
        parts[SIGNATURE] = sign(wave.code, imprint.number, parts[SUMS])
    made = BytesIO()
    with ZipFile(made, "w") as zipped:
        for name, content in sorted(parts.items()):
            zipped.writestr(entry(name, imprint.made_at), content, ZIP_DEFLATED, 9)
    return made.getvalue()


def sums_of(parts: Mapping[str, bytes]) -> str:
    """The digest of each file, in the form that `sha256sum -c` reads."""
    return "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(parts.items())
        if name not in (SUMS, SIGNATURE)
    )


def _parts(wave: Wave, files: Mapping[str, DataFile], imprint: Imprint) -> dict[str, bytes]:
    parts = {f"data/{name}": file.content for name, file in files.items()}
    questions = wave.questionnaire.questions.order_by("position", "code")
    for sheet, (columns, rows) in form_sheets(wave.questionnaire, questions).items():
        table = Table(sheet, dict.fromkeys(columns, "string"), rows)
        parts[f"questionnaire/{sheet}.csv"] = as_csv(table)
    day = timezone.localdate(imprint.made_at).isoformat()
    parts["questionnaire/codebook.xml"] = codebook(wave, questions, imprint.number, day)
    parts["wave.json"] = as_json(_wave(wave) | {"release": imprint.to_dict()})
    if quality := Computation.objects.get(wave=wave).quality:
        parts["quality.json"] = as_json(_as_on_its_page(quality))
    for name, content in described(wave, files, imprint.number, day).items():
        parts[name] = as_json(content)
    parts["croissant.json"] = as_json(croissant(wave, files, imprint.number, day))
    parts["sdmx/data.csv"] = sdmx_csv(wave, files["scores.csv"]).encode()
    parts["sdmx/structure.json"] = as_json(
        sdmx_structure(wave, files, imprint.made_at.isoformat(timespec="seconds"))
    )
    for name in COLUMNAR:
        parts[f"data/{name}.parquet"] = as_parquet(files[f"{name}.csv"])
    parts["README.md"] = (
        ABOUT.read_bytes() + _signed(imprint).encode() + _replaces(imprint).encode()
    )
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


def _as_on_its_page(facts: Any) -> Any:
    """Shares to a tenth of a percent: exact ones beside published counts might give away others."""
    if isinstance(facts, dict):
        return {name: _as_on_its_page(fact) for name, fact in facts.items()}
    if isinstance(facts, list):
        return [_as_on_its_page(fact) for fact in facts]
    return round(facts, 3) if isinstance(facts, float) else facts


def _signed(imprint: Imprint) -> str:
    if not imprint.signed_by:
        return (
            "\n**This release is not signed.** Whoever changed a figure could make the digests "
            "anew:\ncompare the digest of the whole file with the one that was published.\n\n"
            "ชุดข้อมูลนี้ไม่มีลายมือชื่อดิจิทัล โปรดเทียบ SHA-256 ของทั้งแฟ้มกับค่าที่เผยแพร่\n"
        )
    return (
        f"\n`{SIGNATURE}` is a signed note (C2SP, Ed25519) of `{imprint.signed_by}` over the "
        f"digest of\n`{SUMS}`. Take the key from {settings.PUBLIC_URL}/log/key, not from whoever\n"
        "gave you the file: `manage.py verify_release FILE --key KEY`.\n\n"
        f"แฟ้ม `{SIGNATURE}` คือลายมือชื่อดิจิทัลของ `{imprint.signed_by}` ตรวจด้วยกุญแจจาก "
        f"{settings.PUBLIC_URL}/log/key\n"
    )


def _replaces(imprint: Imprint) -> str:
    if not imprint.replaces:
        return ""
    return (
        f"\n## Release {imprint.number} / ฉบับที่ {imprint.number}\n\n"
        f"It replaces release {imprint.number - 1}, whose file has the SHA-256 digest\n"
        f"`{imprint.replaces}`. Every value that is not the same stands in `data/changes.csv`.\n\n"
        f"Why: {imprint.reason_en}\n\n"
        f"ใช้แทนฉบับที่ {imprint.number - 1} ค่าที่เปลี่ยนอยู่ใน `data/changes.csv` "
        f"เหตุผล: {imprint.reason_th}\n"
    )


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


def entry(name: str, moment: datetime) -> ZipInfo:
    """A file in a zip that is the same whoever packs it."""
    entry = ZipInfo(name, timezone.localtime(moment).timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry
