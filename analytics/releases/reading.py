"""A release as it is read: its files held against their digests, its tables with typed values."""

from __future__ import annotations

import csv
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from analytics.releases.signature import SIGNATURE, SUMS, fault
from responses.ledger.notes import Verifier
from surveys.method import Method

LARGEST = 500_000_000
"""Bytes of a release, unpacked."""

DAMAGED = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What unpacking raises: also of a file under a password, packed in an unknown way, or of which a
part would begin before the file."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """The place where a release does not hold: file, row (1 is the first under the header), field,
    what stands there and what should."""

    file: str
    row: int | None = None
    field: str = ""
    found: Any = None
    expected: Any = None


class UnreadableError(Exception):
    """The file is no release, or holds a value that is not of its column's type."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference)
        self.difference = difference


@dataclass(frozen=True)
class Release:
    """Tables by their file's name, the declared method, whatever in it was changed, and by whom it
    says that it is signed."""

    tables: Mapping[str, list[Row]]
    method: Method
    changed: list[Difference]
    signed_by: str

    @classmethod
    def read(cls, path: Path, key: Verifier | None = None) -> Release:
        """With a key, a signature that is not its own is a change.

        Raises UnreadableError, and OSError where there is no such file."""
        parts = _parts(path)
        try:
            package = json.loads(parts["datapackage.json"])
            wave = json.loads(parts["wave.json"])
            tables = {
                each["path"]: list(_rows(each, parts[each["path"]]))
                for each in package["resources"]
            }
            method = Method.from_dict(wave["method"])
            imprint = wave.get("release") or {}
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableError(Difference(path.name, found=str(error))) from error
        changed = list(_changed(parts))
        if key and (found := fault(parts, wave["code"], imprint.get("number", 1), key)):
            changed.append(Difference(SIGNATURE, found=found, expected=key.name))
        return cls(tables, method, changed, str(imprint.get("signed_by") or ""))


def _parts(path: Path) -> dict[str, bytes]:
    try:
        with ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
                raise UnreadableError(Difference(path.name, found=f"> {LARGEST} bytes"))
            return {name: packed.read(name) for name in packed.namelist()}
    except DAMAGED as error:
        raise UnreadableError(Difference(path.name, found=str(error))) from error


def _changed(parts: Mapping[str, bytes]) -> Iterator[Difference]:
    """Files whose digest is not the listed one; that are not listed, or are missing."""
    listed = dict(line.split("  ", 1)[::-1] for line in _lines(parts.get(SUMS, b"")))
    for name in sorted(listed.keys() | parts.keys() - {SUMS, SIGNATURE}):
        found = hashlib.sha256(parts[name]).hexdigest() if name in parts else None
        if found != listed.get(name):
            yield Difference(name, field="SHA-256", found=found, expected=listed.get(name))


def _lines(content: bytes) -> list[str]:
    return [line for line in content.decode().splitlines() if "  " in line]


_TYPES = {"integer": int, "number": float, "string": str, "boolean": {"true": True, "false": False}}


def _rows(resource: Mapping[str, Any], content: bytes) -> Iterator[Row]:
    kinds = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    for number, row in enumerate(csv.DictReader(StringIO(content.decode())), start=1):
        yield {
            name: _value(text, kinds[name], Difference(resource["path"], number, name, text))
            for name, text in row.items()
        }


def _value(text: str, kind: str, where: Difference) -> Any:
    if not text:
        return "" if kind == "string" else None
    try:
        read: Any = _TYPES[kind]
        return read[text] if isinstance(read, dict) else read(text)
    except (KeyError, ValueError) as error:
        raise UnreadableError(where) from error
