"""What a fuzzer begins with: a few of what each target takes, so that it need not find the format
itself."""

import io
import tempfile
from pathlib import Path

import pandas
import pyarrow
import pyarrow.parquet
import pyreadstat

from surveys.hash_tree import consistency_spans, inclusion_spans
from tests.fuzz.targets import KEY, LEAVES, SIGNED, SIGNER, of
from tests.fuzz.workbook import rows_of, with_sheet

CSV = "id,date,service,channel,rating,comment\n1,31/01/2567,DLT-1,counter,๕,ดีมาก\n2,,x,,5.0,=1+1\n"
SURVEY = rows_of(
    ("type", "name", "label::English (en)", "label::Thai (th)", "relevant", "constraint"),
    ("begin_group", "g", "G", "ก", "", ""),
    ("select_one r", "OV", "Overall", "โดยรวม", "${P} &gt; 1 or not(selected(${P}, 'a'))", ""),
    ("text", "P", "Why", "ทำไม", "", "string-length(.) &lt; 20"),
    ("end_group", "", "", "", "", ""),
)
MAPPINGS = Path(__file__).parents[2] / "responses" / "mappings"


def parquet() -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"a": [1, 2], "b": ["ก", None]}), out)
    return out.getvalue()


def spss() -> bytes:
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": ["ก", "x"]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.sav"
        pyreadstat.write_sav(frame, str(path), column_labels={"a": "อายุ"})
        return path.read_bytes()


def proofs() -> list[bytes]:
    return [
        bytes([index, size, kind]) + b"".join(map(of, spans(index, size)))
        for index, size in ((0, 1), (3, 8), (5, 7), (36, 37), (19, 33))
        for kind, spans in ((1, inclusion_spans), (0, consistency_spans))
        if kind or index
    ]


def seeds() -> dict[str, list[bytes]]:
    csv = CSV.encode()
    sheet = rows_of(*(tuple(line.split(",")) for line in CSV.splitlines()))
    text = [
        "บัตร 1101700203451 โทร 081-234-5678 คุณสมชาย ใจดี a@b.example กข 1234",
        "My name is John Smith, 12/3 Sukhumvit Road, [telephone]",
    ]
    moments = ["31 ม.ค. 2567 13:45", "2024-01-31T13:45:00+07:00", "45322.5", "๑,๒๓๔.๕๐"]
    return {
        "table": [
            csv,
            csv.replace(b",", b";"),
            CSV.encode("utf-16"),
            with_sheet(sheet),
            parquet(),
            spss(),
        ],
        "sheet": [sheet],
        "listed": [b"code,name\nA,B\n", with_sheet(rows_of(("code", "name"), ("A", "B")))],
        "form": [SURVEY],
        "mapping": [path.read_bytes() for path in sorted(MAPPINGS.glob("*.toml"))],
        "expression": [
            b"3\n${A} >= 2 and not(selected(${B}, 'x'))",
            b"2026-01-01\nif(. > date('2026-01-01'), int(${C}) mod 7, coalesce(${D}, 1 div 0))",
            b"ab\nregex(., '[a-z]{2,5}') or contains(concat(${A}, 'x'), 'y')",
        ],
        "pattern": [b"(?:[a-z]{1,3}|\\d+)[^x]?\nabc1", b"^a*b{2,4}c$\naabbc"],
        "redaction": [each.encode() for each in text],
        "cells": [each.encode() for each in moments],
        "code": [b"ABCD-EFGH-JKLM-NPQR"],
        "instance": [
            b'<data id="W1"><meta><instanceID>uuid:1</instanceID></meta><OV>5</OV></data>',
        ],
        "note": [f"{SIGNED}\n{SIGNER.sign(SIGNED)}".encode(), str(KEY).encode()],
        "release": [],
        "release_part": [
            b"SHA256SUMS\n0  a\n",
            b'wave.json\n{"code": "W1", "method": {"edition": 2}, "release": {"number": 1}}',
            b'datapackage.json\n{"resources": [{"path": "a.csv", "schema": {"fields":'
            b' [{"name": "n", "type": "integer"}]}}]}',
        ],
        "proof": [*proofs(), bytes([1, 2, 1]) + LEAVES[0]],
    }
