"""`import_responses --guess`: the mapping of the import page, and what is not understood."""

import csv
import tomllib

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responses.importers.mapping_toml import read_mapping
from responses.importers.toml_text import as_toml
from responses.models import Response
from tests.responses.sav import write_sav

USUAL = {
    "วันที่": ["2024-01-31", "2024-02-01", "2024-02-02"],
    "บริการ": ["DLT-1"] * 3,
    "ช่องทาง": ["counter"] * 3,
    "ความพึงพอใจโดยรวม": ["5", "4", "3"],
}


@pytest.fixture
def guess(wave, tmp_path, capsys, english):
    """Guess a file by the command: its mapping, its remarks, and whether it asked for an answer."""

    def run(file, **options):
        path = file
        if isinstance(file, dict):
            path = tmp_path / "คำตอบ.csv"
            with path.open("w", encoding="utf-8-sig", newline="") as opened:
                writer = csv.writer(opened, delimiter=options.pop("delimiter", ","))
                writer.writerows([file, *zip(*file.values(), strict=True)])
        asked = False
        try:
            call_command("import_responses", path, guess=True, **options)
        except CommandError:
            asked = True
        printed = capsys.readouterr().out
        remarks = [line for line in printed.splitlines() if line.startswith("#")]
        return tomllib.loads(printed), "\n".join(remarks), asked

    return run


def test_the_mapping_reads_back_and_imports(guess, wave, tmp_path):
    mapping, remarks, asked = guess(USUAL)
    assert (remarks, asked) == ("", False)
    file = tmp_path / "guessed.toml"
    file.write_text(as_toml(mapping), encoding="utf-8")
    call_command("import_responses", tmp_path / "คำตอบ.csv", mapping=str(file), wave="W1")
    assert sorted(Response.objects.values_list("overall", flat=True)) == [3, 4, 5]


def test_a_trial_says_what_would_be_stored_and_stores_nothing(guess):
    _mapping, remarks, _asked = guess(USUAL, dry_run=True)
    assert "3  stored" in remarks
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "times",
    [
        ["28/01/2024, 9:05:03", "28/01/2567 13:45", "27/01/2567 8:59"],
        ["2024/01/28 9:05:03 ก่อนเที่ยง GMT+7", "2024/01/28 1:45:10 หลังเที่ยง GMT+7", "1 ม.ค. 2567"],
        ["1/28/2024 9:05", "2/3/2024 13:45", "12/31/2024 8:59"],
    ],
)
def test_times_are_read_as_they_are_written(guess, times):
    mapping, _remarks, asked = guess(USUAL | {"วันที่": times})
    assert mapping["time"]["column"] == "วันที่"
    assert not asked


def test_months_before_days_are_said(guess):
    mapping, remarks, _asked = guess(USUAL | {"วันที่": ["1/28/2024", "2/3/2024", "2/4/2024"]})
    assert mapping["time"]["order"] == "month_first"
    assert "month first" in remarks


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        ("วันที่", ["เมื่อวาน", "วันก่อน", "เช้า"], "not read as one: “เมื่อวาน”"),
        ("บริการ", ["X1", "X2", "X3"], "Too little of it is in the registry"),
        ("ความพึงพอใจโดยรวม", ["10", "8", "7"], "scale from 7 to 10"),
        ("น้ำหนัก", ["มาก", "น้อย", "-"], "not read as a number"),
        ("น้ำหนัก", ["1,250", "1,125", "2,500"], "before decimals or between thousands"),
        ("เพศ", ["x", "y", "z"], "Named like question D2"),
    ],
)
def test_what_is_named_and_not_understood_asks(guess, column, values, says):
    _mapping, remarks, asked = guess(USUAL | {column: values})
    assert asked
    assert says in remarks
    assert f"# ! {column}: " in remarks


def test_a_decimal_comma_is_decided_for_the_whole_column(guess):
    mapping, remarks, asked = guess(
        USUAL | {"weight": ["1,250", "0,75", "1,125"]}, delimiter=";", dry_run=True
    )
    assert mapping["weight"] == {"column": "weight", "decimal": ","}
    assert (not asked, "3  stored" in remarks) == (True, True)


def test_a_side_cell_never_costs_the_rating(guess):
    columns = USUAL | {"D2": ["f", "-oth-", "m"], "P1": ["5", "77", "4"]}
    _mapping, remarks, asked = guess(columns, dry_run=True)
    assert "3  stored" in remarks
    assert "1  answers to D2 not understood, left out" in remarks
    assert "0  rejected" in remarks
    assert not asked


def test_labels_of_the_file_decide(guess, tmp_path):
    labels = {"OV": {1.0: "มากที่สุด", 2.0: "มาก", 3.0: "ปานกลาง", 4.0: "น้อย", 5.0: "น้อยที่สุด"}}
    columns = {"OV": [1, 1, 5], "service": ["DLT-1"] * 3, "channel": ["counter"] * 3}
    mapping, remarks, asked = guess(write_sav(tmp_path / "r.sav", columns, labels=labels))
    assert mapping["answers"]["OV"]["values"]["1"] == "5"
    assert "1 is the best" in remarks
    assert not asked


def workbook(path, *, hidden=False, cover=False, titles=0):
    book = openpyxl.Workbook()
    sheet = book.active
    if hidden:
        sheet.append([5, "มากที่สุด"])
        sheet.append([4, "มาก"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("คำตอบ")
    if cover:
        sheet.append(["รายงานผลการสำรวจ"])
        sheet.append(["กรมการขนส่งทางบก"])
        sheet = book.create_sheet("ข้อมูล")
    for _row in range(titles):
        sheet.append(["รายงานผลการสำรวจความพึงพอใจ ปี 2567"])
    sheet.append(list(USUAL))
    for row in zip(*USUAL.values(), strict=True):
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize("cover", [True, False])
@pytest.mark.parametrize("titles", [0, 2])
def test_the_table_is_found_on_its_sheet(guess, tmp_path, hidden, cover, titles):
    path = workbook(tmp_path / "f.xlsx", hidden=hidden, cover=cover, titles=titles)
    mapping, remarks, asked = guess(path, dry_run=True)
    assert "3  stored" in remarks
    assert not asked
    assert ("header" in remarks) == bool(titles)
    assert read_mapping(mapping)


def test_titles_above_the_header_of_a_text(guess, tmp_path):
    path = tmp_path / "f.csv"
    rows = [USUAL, *zip(*USUAL.values(), strict=True)]
    lines = ["รายงานผล", "", *(";".join(row) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    mapping, remarks, _asked = guess(path, dry_run=True)
    assert (mapping["header_row"], mapping["delimiter"]) == (3, ";")
    assert "3  stored" in remarks


def test_a_formula_that_was_never_computed_is_no_silence(guess, tmp_path):
    path = workbook(tmp_path / "f.xlsx")
    book = openpyxl.load_workbook(path)
    book.active["D3"] = "=1+3"
    book.save(path)
    _mapping, remarks, asked = guess(path, dry_run=True)
    assert asked
    assert "row 3, field ความพึงพอใจโดยรวม: The formula in this cell has no stored value" in remarks
    assert "2  stored" in remarks


def test_the_wave_is_named_or_the_only_one_that_is_open(guess, wave, tmp_path):
    assert guess(USUAL, wave="W1")[0]
    with pytest.raises(CommandError, match="There is no wave"):
        call_command("import_responses", tmp_path / "คำตอบ.csv", guess=True, wave="W9")
    with pytest.raises(CommandError, match="--mapping"):
        call_command("import_responses", tmp_path / "คำตอบ.csv", wave="W1")


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
ENTRIES = st.dictionaries(
    TEXTS.filter(bool),
    TEXTS | st.integers(0, 9) | st.booleans() | st.lists(TEXTS) | st.dictionaries(TEXTS, TEXTS),
)


@given(ENTRIES)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_entries_written_as_toml_read_back(entries):
    assert tomllib.loads(as_toml(entries)) == entries
