"""What is looked up because cells before said the same is what each row gives when it is read by
itself: the same answers, the same refusals in the same words, the same counts."""

from __future__ import annotations

import csv
import random

import pytest
from django.db import transaction

from responses.importers import repeated
from responses.importers.importing import import_responses
from responses.importers.mapping_toml import read_mapping
from responses.importers.rows import RowReader
from responses.models import Response
from surveys.csv_files import CsvFile
from surveys.models import Question
from surveys.rejections import Rejections
from surveys.workbooks import WITHOUT_VALUE

SEED = 20261130
ROWS = 1_500
MAPPING = {
    "source": "test",
    "key": ["id"],
    "no_answer": ["", "9"],
    "time": {"column": "date"},
    "respondent": {"column": "who"},
    "weight": {"column": "weight"},
    "service": {"code": {"column": "service"}},
    "channel": {"code": {"column": "channel"}},
    "answers": {
        "OV": {"column": "overall"},
        "P1": {"column": "p1"},
        "S1": {"column": "s1"},
        "D2": {"column": "gender", "kind": "single", "values": {"1": "f", "2": "m", "": ""}},
        "D7": {"column": "comment", "kind": "text"},
    },
}
USUAL = {
    "date": ["2024-01-31", "1/2/2567", "2024-03-01 10:00"],
    "who": ["r1", "r2", "r3"],
    "weight": ["1", "0.5"],
    "service": ["DLT-1", "DLT-2", "DOPA-1"],
    "channel": ["counter", "e_service"],
    "overall": ["1", "2", "3", "4", "5", "๕", "4.0"],
    "p1": ["1", "3", "5", "", "0"],
    "s1": ["", "", "", "2", "5"],
    "gender": ["1", "2", ""],
    "comment": ["", "", "ดีมาก", "Quick.", " รอนาน  ", "Call 081-234-5678", "เขียนถึง a@b.co.th"],
}
ODD = {
    "id": ["", "1-1017-00230-70-8", "a@b.co", "0"],
    "date": ["", "2024-13-01", "2031-01-01", "yesterday"],
    "who": ["", "1101700230708", "w" * 70],
    "weight": ["0", "-1", "1,5", "much"],
    "service": ["", "NONE", " DLT-1"],
    "channel": ["", "none"],
    "overall": ["", "9", "6", "0", "good", WITHOUT_VALUE, "1101700230708"],
    "p1": ["9", "7", " 4 ", "0.0", WITHOUT_VALUE],
    "s1": ["3", "x", "0"],
    "gender": ["3", " 1", "f"],
    "comment": [*("n" * length for length in (59, 60, 61, 2_001)), "ํา\u200b", "1\x0b2", "﻿ ", "n/a"],
}


def rows_of(draw: random.Random) -> list[list[str]]:
    """Most say what others say; in each third something is odd."""
    rows = []
    for number in range(ROWS):
        row = {"id": f"R{number}", **{name: draw.choice(usual) for name, usual in USUAL.items()}}
        for name in draw.sample(list(ODD), k=draw.choice((0, 0, 1))):
            row[name] = draw.choice(ODD[name])
        cells = list(row.values())
        rows.append(cells[: draw.choice((-1, 3))] if draw.random() < 0.01 else cells)
    return rows


@pytest.fixture
def bring(wave, tmp_path, monkeypatch):
    """Import the file and undo it: the summary, the report, what was stored, and how many rows were
    read by themselves."""

    def import_file(file: CsvFile):
        read = []
        read_answers = RowReader._read_answers

        def counting(self, row):
            read.append(row)
            return read_answers(self, row)

        report = tmp_path / "rejected.csv"
        with monkeypatch.context() as patched, transaction.atomic(), Rejections(report) as rejected:
            patched.setattr(RowReader, "_read_answers", counting)
            summary = import_responses(
                file, read_mapping(MAPPING), wave_code="W1", rejections=rejected
            )
            drawn = {"id", "receipt", "salt", "received_at"}
            stored = [
                {name: value for name, value in row.items() if name not in drawn}
                for row in Response.objects.order_by("submission_key").values()
            ]
            transaction.set_rollback(True)
        return summary, report.read_text(encoding="utf-8-sig"), stored, len(read)

    return import_file


@pytest.mark.parametrize("relevant", ["", "${OV} < 3"], ids=["plain", "with a condition"])
@pytest.mark.parametrize("most", [repeated.MOST, 5], ids=["all held", "seldom held"])
def test_looked_up_or_read_it_is_the_same(bring, tmp_path, monkeypatch, relevant, most):
    Question.objects.filter(code="D2").update(relevant=relevant)
    file = tmp_path / "odd.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([["id", *USUAL], *rows_of(random.Random(SEED))])
    source = CsvFile.inspect(file)
    monkeypatch.setattr(repeated, "MOST", most)
    *found, read = bring(source)
    monkeypatch.setattr(repeated, "LONGEST", -1)
    *expected, read_all = bring(source)
    assert found == expected
    summary, report, stored = found
    assert ROWS / 4 < len(stored) == summary.stored < ROWS
    assert summary.not_understood.keys() == {"P1", "S1", "D2"}
    assert summary.shortened_comments
    assert summary.rejected > 100
    assert report.count("\n") > 100
    few = not relevant and most > 5
    assert read < read_all / 3 if few else read <= read_all
    assert bool(relevant) == (read == read_all)
