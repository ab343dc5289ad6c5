"""XLSX, Parquet and SPSS files are told by their content and give the rows that CSV gives."""

import openpyxl
import pytest

from responses.importers.detect import open_table
from responses.importers.importing import import_responses
from responses.importers.mapping_toml import read_mapping
from responses.models import Response
from surveys.csv_files import FileError
from surveys.rejections import Rejections
from surveys.workbooks import WITHOUT_VALUE
from tests.responses.sav import write_sav
from tests.responses.tables import COLUMNS, WRITERS, write_xlsx

ENTRIES = {
    "source": "test",
    "key": ["id"],
    "service": {"code": {"column": "service"}},
    "channel": {"code": {"column": "channel"}},
    "time": {"column": "date"},
    "answers": {"OV": {"column": "rating"}, "D7": {"column": "comment", "kind": "text"}},
}


def bring(path, **entries):
    with Rejections() as rejections:
        return import_responses(
            open_table(path),
            read_mapping(ENTRIES | entries),
            wave_code="W1",
            rejections=rejections,
        ), rejections.first


@pytest.mark.parametrize("kind", WRITERS)
def test_each_format_gives_the_same_answers(wave, tmp_path, kind):
    path = WRITERS[kind](tmp_path / "named-like-nothing")
    summary, rejected = bring(path)
    assert rejected == []
    assert (summary.rows, summary.stored, summary.without_answer) == (3, 2, 1)
    stored = Response.objects.order_by("answered_at")
    assert [response.answers for response in stored] == [
        {"OV": 5, "D7": "ดีมาก"},
        {"OV": 4, "D7": "ok"},
    ]
    assert [response.service.code for response in stored] == ["DLT-1", "DOPA-1"]


def test_a_row_has_the_same_key_in_every_format(wave, tmp_path):
    for kind, write in WRITERS.items():
        bring(write(tmp_path / kind))
    assert Response.objects.count() == 2


def test_rows_of_a_workbook_have_the_numbers_that_excel_shows(tmp_path):
    book = openpyxl.Workbook()
    book.active.append([])
    for cells in ([], ["a", "b"], [], ["1", None], [None, None, "beyond"]):
        book.active.append(cells)
    book.save(tmp_path / "f")
    with open_table(tmp_path / "f").open() as rows:
        assert rows.header == ["a", "b"]
        assert next((number, len(row)) for number, row in rows) == (5, 2)


def test_formulas_are_not_evaluated(tmp_path):
    path = write_xlsx(tmp_path / "f", {"a": ['=HYPERLINK("http://x","y")', "=1+1"]})
    with open_table(path).open() as rows:
        assert list(rows) == [(2, [WITHOUT_VALUE]), (3, [WITHOUT_VALUE])]  # Excel stored none


def test_labels_of_spss_are_beside_the_codes(tmp_path):
    path = write_sav(
        tmp_path / "f", {"Q1": [5.0, 1.0]}, labels={"Q1": {5: "ดีมาก"}}, titles={"Q1": "พอใจไหม"}
    )
    with open_table(path).open() as rows:
        assert rows.titles == {"Q1": "พอใจไหม"}
        assert rows.labels == {"Q1": {"5": "ดีมาก"}}
        assert [row for _number, row in rows] == [["5"], ["1"]]


def test_spss_is_read_a_batch_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr("responses.importers.spss.BATCH", 2)
    path = write_sav(tmp_path / "f", {"Q1": [float(k) for k in range(5)]})
    with open_table(path).open() as rows:
        assert [row for _number, row in rows] == [[str(k)] for k in range(5)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_of_a_text_is_found(tmp_path, delimiter):
    path = tmp_path / "f"
    path.write_text(delimiter.join(COLUMNS) + "\n", encoding="utf-8-sig")
    table = open_table(path)
    assert table.delimiter == delimiter


def test_a_header_is_needed(tmp_path):
    openpyxl.Workbook().save(tmp_path / "f")
    with pytest.raises(FileError, match="no header"):
        open_table(tmp_path / "f")
