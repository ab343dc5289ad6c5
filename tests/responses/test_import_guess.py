"""Columns are recognised by their names, in Thai and English, and by what they say."""

import csv
import os
from pathlib import Path

import pytest

from responses.importers.choice import chosen_in
from responses.importers.detect import open_table
from responses.importers.guess import guess, source_of
from responses.importers.known import Known
from responses.importers.look import look_at, tells_rows_apart
from responses.importers.mapping import ColumnMapping
from responses.importers.mapping_toml import read_mapping

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared"))


@pytest.fixture
def guessed(wave, tmp_path):
    """Guess a file of these columns: the choice, and what is known of the file."""

    def guess_columns(columns: dict[str, list[str]]):
        path = tmp_path / "answers.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(zip(*columns.values(), strict=True))
        return guess_file(wave, path)

    return guess_columns


def guess_file(wave, path):
    table = open_table(path)
    look = look_at(table)
    return guess(
        look, Known.to(wave), name=path.name, tells_apart=lambda c: tells_rows_apart(table, c)
    )


def entries_of(wave, path):
    return guess_file(wave, path).entries(look_at(open_table(path)), Known.to(wave))


ENGLISH = {
    "No.": ["1", "2", "3"],
    "Date": ["2024-01-31", "31/01/2567", "๓๑/๐๑/๒๕๖๗"],
    "Service code": ["DLT-1", "DLT-2", "DLT-1"],
    "Channel": ["counter", "e_service", "counter"],
    "Overall satisfaction": ["5", "4", "9"],
    "P1": ["5", "4", "3"],
    "Gender": ["f", "m", "f"],
    "Comments": ["", "good", ""],
}
THAI = {
    "ลำดับ": ["1", "2", "3"],
    "วันที่": ["31 มกราคม 2567", "1 ก.พ. 2567", "2 ก.พ. 2567"],
    "ชื่อบริการ": ["ใบอนุญาตขับรถ", "การชำระภาษีรถประจำปี", "ใบอนุญาตขับรถ"],
    "ช่องทาง": ["เคาน์เตอร์บริการ", "e-Service", "เคาน์เตอร์บริการ"],
    "ความพึงพอใจในภาพรวม": ["มากที่สุด", "ปานกลาง", "มาก"],
    "ขั้นตอนชัดเจน": ["5", "๔", "3"],
    "เพศ": ["หญิง", "ชาย", "หญิง"],
    "ข้อเสนอแนะ": ["", "ดี", ""],
}
FIELDS = ("time", "service", "channel", "answer:OV", "answer:P1", "answer:D2", "answer:D7")


@pytest.mark.parametrize("columns", [ENGLISH, THAI], ids=["English", "Thai"])
def test_all_columns_are_found(guessed, columns):
    choice = guessed(columns)
    key, *others = columns
    assert choice.key == [key]
    assert choice.columns == dict(zip(FIELDS, others, strict=True))
    assert choice.source == "answers"


def test_names_and_words_are_read_as_codes_and_ratings(guessed, wave, tmp_path):
    guessed(THAI)
    entries = entries_of(wave, tmp_path / "answers.csv")
    assert entries["service"]["code"]["values"]["ใบอนุญาตขับรถ"] == "DLT-1"
    assert entries["channel"]["code"]["values"]["e-Service"] == "e_service"
    assert entries["answers"]["OV"]["values"]["น้อยที่สุด"] == "1"  # though no row says it
    assert "values" not in entries["answers"]["P1"]
    assert entries["answers"]["D2"]["values"]["หญิง"] == "f"


def test_the_guess_is_a_mapping_as_from_toml_and_back(guessed, wave, tmp_path):
    choice = guessed(ENGLISH)
    look = look_at(open_table(tmp_path / "answers.csv"))
    entries = choice.entries(look, Known.to(wave))
    assert isinstance(choice.mapping(look, Known.to(wave)), ColumnMapping)
    assert read_mapping(entries).no_answer == {"", "9"}
    assert chosen_in(entries) == choice


def test_a_column_of_numbers_that_repeat_is_no_key(guessed):
    columns = {"id": ["1", "1", "2"], "service": ["DLT-1", "DLT-2", "DLT-1"], "OV": ["5", "4", "3"]}
    assert guessed(columns).key == ["id", "service"]
    assert guessed(columns | {"service": ["DLT-1"] * 3}).key == []


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("rating", ["10", "7", "8"]),  # not of five
        ("satisfaction", ["why", "not", "so"]),
        ("council_district", ["1", "2", "3"]),  # not named so
    ],
)
def test_what_is_no_rating_is_not_taken_for_one(guessed, column, values):
    assert "answer:OV" not in guessed({column: values}).columns


def test_nothing_is_guessed_of_an_unknown_file(guessed):
    choice = guessed({"a": ["x", "y"], "a2": ["", ""], "": ["1", "2"]})
    assert (choice.columns, choice.key) == ({}, [])


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("answers.csv", "answers"),
        ("answers (2).csv", "answers"),
        ("ผลสำรวจ - สำเนา.xlsx", "ผลสำรวจ"),
        (".csv", "file"),
        ("", "file"),
    ],
)
def test_copies_of_a_file_have_one_source(name, source):
    assert source_of(name) == source


REAL = {
    "traffy/traffy_bkk_completed_2022-09_2022-12.csv": (
        ["row_id"],
        {"time": "created_date", "answer:OV": "star"},
    ),
    "kcmo/kcmo_long_q3_services_1QSEP2021.csv": (["id", "service_code"], {"answer:OV": "rating"}),
    "kcmo/kcmo_resident_survey_2021q3_1QSEP2021.csv": (["id"], {}),
}


@pytest.mark.parametrize("name", REAL)
def test_real_files(wave, name):
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    choice = guess_file(wave, path)
    key, columns = REAL[name]
    assert choice.key == key
    assert choice.columns == columns
