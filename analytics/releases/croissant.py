"""The tables of a release in Croissant 1.0 (MLCommons), for programs that learn from data sets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from analytics.releases.descriptions import ABOUT_EN, OPDC_EN, DataFile, address_of, name_of
from surveys.models import Wave

Json = dict[str, Any]

TYPES = {"integer": "Integer", "number": "Float", "string": "Text", "boolean": "Boolean"}
CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        name: f"cr:{name}"
        for name in (
            *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject"),
            *("fileProperty", "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key"),
            *("md5", "parentField", "path", "recordSet", "references", "regex", "repeated"),
            *("replace", "samplingRate", "separator", "source", "subField", "transform"),
        )
    },
}
"""As the specification has it, also with what is not used here: readers expect it whole."""


def croissant(wave: Wave, files: Mapping[str, DataFile], number: int, day: str) -> Json:
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": name_of(wave),
        "description": f"{wave.title_en or wave.title_th}: {ABOUT_EN}",
        "url": address_of(wave),
        "datePublished": day,
        "version": f"{number}.0.0",
        "creator": {"@type": "sc:Organization", "name": OPDC_EN},
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                "description": file.title,
                "contentUrl": f"data/{name}",
                "encodingFormat": "text/csv",
                "sha256": hashlib.sha256(file.content).hexdigest(),
            }
            for name, file in files.items()
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": name.removesuffix(".csv"),
                "name": name.removesuffix(".csv"),
                "description": file.title,
                "field": [_field(name, column, kind) for column, kind in file.columns.items()],
            }
            for name, file in files.items()
        ],
    }


def _field(file: str, column: str, kind: str) -> Json:
    own = f"{file.removesuffix('.csv')}/{column}"
    return {
        "@type": "cr:Field",
        "@id": own,
        "name": own,
        "dataType": f"sc:{TYPES[kind]}",
        "source": {"fileObject": {"@id": file}, "extract": {"column": column}},
    }
