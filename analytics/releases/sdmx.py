"""The published figures as SDMX-CSV 2.0, and their structure as SDMX-JSON 2.0.

A domain that is part of none of an agency, service or channel has the code `_T` there, for all of
them. SDMX knows no dot in a code: `@` stands for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from io import StringIO
from typing import Any

from analytics.releases.descriptions import NAMES, OPDC_EN, OPDC_TH, DataFile
from surveys.models import Wave

Json = dict[str, Any]

OWNER, STRUCTURE, CONCEPTS, VERSION = "OPDC", "SATISFACTION", "CS_SATISFACTION", "1.0"
SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/develop/structure-message/tools/schemas"
    "/2.0.0/sdmx-json-structure-schema.json"
)
ALL = "_T"
DIMENSIONS = ("level", "agency", "service", "channel", "question", "measure")
VALUE, STATUS = "estimate", "suppressed"
TYPES = {"integer": "Integer", "number": "Double", "string": "String", "boolean": "Boolean"}
NORMAL, SUPPRESSED = "A", "Q"
"""Of SDMX's own list of what an observation's status is."""


def sdmx_csv(wave: Wave, scores: DataFile) -> str:
    """A row a figure, with the columns of `scores.csv` in capitals."""
    text = StringIO()
    beside = _beside(scores)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *map(str.upper, _concepts(beside))])
    head = ["datastructure", f"{OWNER}:{STRUCTURE}({VERSION})", "I"]
    days = (wave.ends_on - wave.starts_on + timedelta(days=1)).days
    for row in csv.DictReader(StringIO(scores.content.decode())):
        place = [_code(row[name]) for name in DIMENSIONS]
        status = SUPPRESSED if row[STATUS] == "true" else NORMAL
        period = f"{wave.starts_on}/P{days}D"
        others = [row[name] for name in beside]
        writer.writerow([*head, *place, period, row[VALUE], status, *others])
    return text.getvalue()


def sdmx_structure(wave: Wave, files: Mapping[str, DataFile], prepared: str) -> Json:
    """What the columns mean, and what the codes of agencies, services and channels are called."""
    beside = _beside(files["scores.csv"])
    concepts = [_named(name.upper(), name.upper()) for name in _concepts(beside)]
    return {
        # First, for a reader knows the message by it: files are written with their keys in order.
        "$schema": SCHEMA,
        "data": {
            "codelists": [_codelist(name, files[file]) for name, file in NAMES.items()],
            "conceptSchemes": [
                _maintained(CONCEPTS, "Concepts of published satisfaction") | {"concepts": concepts}
            ],
            "dataStructures": [
                _maintained(STRUCTURE, "Published satisfaction with public services")
                | {"dataStructureComponents": _components(beside)}
            ],
        },
        "meta": {
            "schema": SCHEMA,
            "id": _code(wave.code),
            "prepared": prepared,
            "test": wave.simulated,
            "sender": _named(OWNER, OPDC_EN, OPDC_TH),
        },
    }


def _beside(scores: DataFile) -> dict[str, str]:
    """The columns that say more of a figure, with their types."""
    others = (*DIMENSIONS, VALUE, STATUS)
    return {name: kind for name, kind in scores.columns.items() if name not in others}


def _concepts(beside: Iterable[str]) -> list[str]:
    return [*DIMENSIONS, "time_period", "obs_value", "obs_status", *beside]


def _components(beside: Mapping[str, str]) -> Json:
    return {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": [
                _component(name) | {"position": position, "localRepresentation": _codes(name)}
                for position, name in enumerate(DIMENSIONS)
            ],
            "timeDimension": _component("time_period")
            | {"localRepresentation": {"format": {"dataType": "TimeRange"}}},
        },
        "measureList": {
            "id": "MeasureDescriptor",
            "measures": [_component("obs_value") | _format("Double")],
        },
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [
                _component(name) | _format(TYPES[kind]) | {"attributeRelationship": _EACH}
                for name, kind in {"obs_status": "string", **beside}.items()
            ],
        },
    }


_EACH: Json = {"observation": {}}


def _component(name: str) -> Json:
    concept = f"{OWNER}:{CONCEPTS}({VERSION}).{name.upper()}"
    urn = f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={concept}"
    return {"id": name.upper(), "conceptIdentity": urn}


def _format(kind: str) -> Json:
    return {"localRepresentation": {"format": {"dataType": kind}}}


def _codes(dimension: str) -> Json:
    if dimension not in NAMES:
        return {"format": {"dataType": "String"}}
    codelist = f"{OWNER}:CL_{dimension.upper()}({VERSION})"
    return {"enumeration": f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist={codelist}"}


def _codelist(dimension: str, names: DataFile) -> Json:
    return _maintained(f"CL_{dimension.upper()}", f"Codes of the column {dimension}") | {
        "codes": [_named(ALL, "All", "ทั้งหมด"), *_codes_of(dimension, names)]
    }


def _codes_of(dimension: str, names: DataFile) -> Iterator[Json]:
    for row in csv.DictReader(StringIO(names.content.decode())):
        yield _named(_code(row[dimension]), row["name_en"] or row["name_th"], row["name_th"])


def _maintained(code: str, name: str) -> Json:
    return {**_named(code, name), "agencyID": OWNER, "version": VERSION}


def _named(code: str, english: str, thai: str = "") -> Json:
    names = {"en": english, "th": thai} if thai else {"en": english}
    return {"id": code, "name": english, "names": names}


def _code(code: str) -> str:
    return code.replace(".", "@") or ALL
