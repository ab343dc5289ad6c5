"""What a release says of its tables to programs: each catalogue and each reader in its own words.

Frictionless Data Package 1, CSVW (W3C), DCAT-AP 3 as JSON-LD, and the fields of the Thai
government data catalogue (GD Catalog, a CKAN). Whoever reads them needs nothing from the network.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from analytics.releases.tables import KEYS
from surveys.models import Wave

Json = dict[str, Any]

OPDC_TH, OPDC_EN = (
    "สำนักงานคณะกรรมการพัฒนาระบบราชการ",
    "Office of the Public Sector Development Commission",
)
ABOUT_TH, ABOUT_EN = (
    "ร้อยละความพึงพอใจของประชาชนต่อบริการภาครัฐ พร้อมช่วงความเชื่อมั่น จำแนกตามกระทรวง "
    "หน่วยงาน บริการ และช่องทาง และข้อมูลทั้งหมดที่ใช้คำนวณ",
    "Satisfaction of citizens with public services, with intervals, by ministry, agency, service"
    " and channel, and all that it is recomputed from",
)
NAMES = {"agency": "agencies.csv", "service": "services.csv", "channel": "channels.csv"}
"""By column, the table that says what its codes are called."""
CSVW_TYPES = {"integer": "integer", "number": "double", "string": "string", "boolean": "boolean"}


class DataFile(NamedTuple):
    """A table as it is written: what it holds, its columns with their types, and its bytes."""

    title: str
    columns: dict[str, str]
    content: bytes


def described(wave: Wave, files: Mapping[str, DataFile], number: int, day: str) -> dict[str, Json]:
    """The descriptions by the name of their file; `day`: when the release was made."""
    return {
        "datapackage.json": _frictionless(wave, files, number),
        "csv-metadata.json": _csvw(wave, files),
        "dcat.jsonld": _dcat(wave, number, day),
        "catalogue-th.json": _thai_catalogue(wave, files, number, day),
    }


def name_of(wave: Wave) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", wave.code.lower())


def address_of(wave: Wave, path: str = "") -> str:
    return f"{settings.PUBLIC_URL}/en/waves/{wave.code}/{path}"


def _links(name: str, files: Mapping[str, DataFile]) -> list[tuple[str, str]]:
    """Columns whose codes are named in another table of the release, and which. Readers take a key
    that is left empty, as of the nation's figure, for a fault: the frame has none."""
    if name != "frame.csv":
        return []
    return [(column, table) for column, table in NAMES.items() if table in files]


def _frictionless(wave: Wave, files: Mapping[str, DataFile], number: int) -> Json:
    return {
        "profile": "tabular-data-package",
        "name": name_of(wave),
        "title": wave.title_en or wave.title_th,
        "version": f"{number}.0.0",
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": Path(name).stem,
                "title": file.title,
                "path": f"data/{name}",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(file.content),
                "hash": f"sha256:{hashlib.sha256(file.content).hexdigest()}",
                "schema": {
                    "fields": [
                        {"name": column, "type": kind} for column, kind in file.columns.items()
                    ],
                    **({"primaryKey": list(KEYS[name])} if name in KEYS else {}),
                    "foreignKeys": [
                        {
                            "fields": [column],
                            "reference": {"resource": Path(table).stem, "fields": [column]},
                        }
                        for column, table in _links(name, files)
                    ],
                },
            }
            for name, file in files.items()
        ],
    }


def _csvw(wave: Wave, files: Mapping[str, DataFile]) -> Json:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": wave.title_en or wave.title_th,
        "tables": [
            {
                "url": f"data/{name}",
                "dc:title": file.title,
                "tableSchema": {
                    "columns": [
                        {"name": column, "titles": column, "datatype": CSVW_TYPES[kind]}
                        for column, kind in file.columns.items()
                    ],
                    **({"primaryKey": list(KEYS[name])} if name in KEYS else {}),
                    "foreignKeys": [
                        {
                            "columnReference": [column],
                            "reference": {
                                "resource": f"data/{table}",
                                "columnReference": [column],
                            },
                        }
                        for column, table in _links(name, files)
                    ],
                },
            }
            for name, file in files.items()
        ],
    }


def _dcat(wave: Wave, number: int, day: str) -> Json:
    """A dataset with one distribution, the file at its address that stays."""
    file = address_of(wave, f"releases/{number}.zip")
    types = "http://www.iana.org/assignments/media-types"
    authority = "http://publications.europa.eu/resource/authority"
    told: Json = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": f"{address_of(wave)}#release-{number}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{wave.code}/{number}",
        "dct:title": _both(wave.title_th, wave.title_en),
        "dct:description": _both(ABOUT_TH, ABOUT_EN),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _both(OPDC_TH, OPDC_EN)},
        "dct:issued": _day(day),
        "dct:spatial": {"@id": f"{authority}/country/THA", "@type": "dct:Location"},
        "dcat:keyword": _both("ความพึงพอใจ", "satisfaction"),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(wave.starts_on.isoformat()),
            "dcat:endDate": _day(wave.ends_on.isoformat()),
        },
        "dct:accessRights": {
            "@id": f"{authority}/access-right/PUBLIC",
            "@type": "dct:RightsStatement",
        },
        "dcat:landingPage": {"@id": address_of(wave), "@type": "foaf:Document"},
        "dcat:version": str(number),
        "dcat:distribution": {
            "@id": file,
            "@type": "dcat:Distribution",
            "dcat:accessURL": {"@id": file},
            "dcat:downloadURL": {"@id": file},
            "dcat:mediaType": {"@id": f"{types}/text/csv", "@type": "dct:MediaType"},
            "dcat:packageFormat": {"@id": f"{types}/application/zip", "@type": "dct:MediaType"},
        },
    }
    if number > 1:
        before = {"@id": f"{address_of(wave)}#release-{number - 1}", "@type": "dcat:Dataset"}
        return told | {
            "dcat:previousVersion": before
            | {"dct:title": told["dct:title"], "dct:description": told["dct:description"]}
        }
    return told


def _both(thai: str, english: str) -> list[Json]:
    spoken = {"th": thai, "en": english}
    return [{"@value": text, "@language": code} for code, text in spoken.items() if text]


def _day(day: str) -> Json:
    return {"@value": day, "@type": "xsd:date"}


def _thai_catalogue(wave: Wave, files: Mapping[str, DataFile], number: int, day: str) -> Json:
    """To hand to CKAN's package_create with an organisation. Nobody has yet said under which
    licence the figures are."""
    contact = settings.PRIVACY_CONTACT
    return {
        "name": f"{name_of(wave)}-{number}".replace(".", "-"),
        "title": wave.title_th,
        "notes": ABOUT_TH,
        "data_type": "ข้อมูลสถิติ",
        "data_category": "ข้อมูลสาธารณะ",
        "maintainer": OPDC_TH,
        "maintainer_email": contact if "@" in contact else "",
        "tag_string": "ความพึงพอใจ,บริการภาครัฐ",
        "objective": ["ยุทธศาสตร์ชาติ", "พันธกิจหน่วยงาน"],
        "update_frequency_unit": "ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล",
        "geo_coverage": ["ประเทศ"],
        "data_source": OPDC_TH,
        "data_format": ["CSV"],
        "license_id": "License not specified",
        "data_collect": "บุคคล",
        "url": address_of(wave),
        "created_date": day,
        "first_year_of_data": str(wave.fiscal_year),
        "last_year_of_data": str(wave.fiscal_year),
        "unit_of_measure": "ร้อยละ",
        "resources": [
            {
                "name": "ข้อมูลทั้งหมด",
                "format": "ZIP",
                "url": address_of(wave, f"releases/{number}.zip"),
            },
            *(
                {
                    "name": Path(name).stem,
                    "description": file.title,
                    "format": "CSV",
                    "url": address_of(wave, f"data/{name}"),
                }
                for name, file in files.items()
            ),
        ],
    }
