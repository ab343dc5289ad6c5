"""Encounters from a file: good rows are taken, others named; the file again adds nothing."""

import csv
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from surveys import clock
from surveys.models import Encounter
from surveys.sampling.sealing import unseal

HEADER = "encounter,service,channel,time,email,telephone"
DAY = datetime(2027, 1, 15, 10, tzinfo=ZoneInfo("Asia/Bangkok"))


@pytest.fixture(autouse=True)
def january():
    with clock.at(DAY):
        yield


@pytest.fixture
def bring(write, tmp_path, capsys, wave):
    """Bring these rows by the command; gives what it says and the rejected rows."""

    def run(*rows, header=HEADER, file=None, **options):
        file = file or write(header, *rows)
        report = tmp_path / "rejected.csv"
        call_command("import_encounters", file, **{"wave": "W1", "rejected": report} | options)
        with report.open(encoding="utf-8-sig", newline="") as opened:
            return capsys.readouterr().out.strip(), list(csv.DictReader(opened))

    return run


def test_good_rows_are_taken_and_bad_ones_named(bring):
    said, rejected = bring(
        "1,DLT-1,counter,15/01/2570 09:30,somchai@mail.example,",
        "2,DLT-1,counter,๑๕ ม.ค. ๒๕๗๐,,081-234-5678",
        "3,DLT-1,counter,2027-01-14,,",
        "4,XX,counter,2027-01-14,,",
        "5,DLT-1,counter,soon,,",
        "6,DLT-1,counter,2027-01-14,somchai,",
        "1,DLT-1,counter,2027-01-14,somchai@mail.example,",
        "7,DLT-1",
    )
    assert said == (
        "3 encounters stored, 2 of them with a contact; 0 already stored; 5 rows rejected."
    )
    assert [(row["row"], row["field"]) for row in rejected] == [
        ("5", "service"),
        ("6", "time"),
        ("7", "email"),
        ("9", ""),
        ("8", "time"),
    ]
    assert all(row["why"] for row in rejected)
    addresses = {unseal(e.contact)["address"] for e in Encounter.objects.filter(reachable=True)}
    assert addresses == {"somchai@mail.example", "+66812345678"}


def test_the_same_file_again_adds_nothing(bring, write):
    rows = [f"{k},DLT-1,counter,2027-01-14,c{k}@mail.example," for k in range(1_500)]
    said, _rejected = bring(*rows)
    assert said.startswith("1500 encounters stored")
    said, _rejected = bring(*rows, "x,DLT-1,e_service,2027-01-14,,")
    assert said.startswith("1 encounters stored, 0 of them with a contact; 1500 already stored")
    assert Encounter.objects.count() == 1_501


def test_a_workbook_is_read_alike(bring, tmp_path):
    book = Workbook()
    book.active.append(HEADER.split(","))
    book.active.append([17, "DLT-1", "counter", datetime(2027, 1, 14, 9, 30), None, "0812345678"])  # noqa: DTZ001
    book.save(tmp_path / "log.xlsx")
    said, _rejected = bring(file=tmp_path / "log.xlsx")
    assert said.startswith("1 encounters stored, 1 of them with a contact")
    assert Encounter.objects.get().happened_on.isoformat() == "2027-01-14"


def test_one_agency_may_be_named(bring):
    said, rejected = bring(
        "1,DLT-1,counter,2027-01-14,,", "1,DOPA-1,counter,2027-01-14,,", agency="MOT"
    )
    assert said.startswith("1 encounters stored")
    assert rejected[0]["why"] == "This key may not report “DOPA-1”."


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"wave": "XX"}, "There is no wave XX"),
        ({"agency": "XX"}, "“XX” is not in the registry"),
        ({"header": "encounter,service,channel,when"}, "Column “time” is missing"),
    ],
)
def test_what_cannot_be_begun_is_said(bring, options, why):
    with pytest.raises(CommandError, match=why):
        bring("1,DLT-1,counter,2027-01-14,,", **options)
    assert not Encounter.objects.exists()


def test_a_file_without_a_good_row_fails(bring):
    with pytest.raises(CommandError, match="No row was accepted"):
        bring("1,XX,counter,2027-01-14,,")
