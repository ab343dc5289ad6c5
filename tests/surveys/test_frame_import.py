import csv
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Frame
from tests.closing import close_wave

pytestmark = pytest.mark.usefixtures("government", "english")
HEADER = "service,channel,starts_on,ends_on,encounters"
OCTOBER = "DLT-1,counter,2023-10-01,2023-10-31"


@pytest.fixture
def load(write, capsys):
    """Import these rows into the frame F; gives what the command says."""

    def load_rows(*rows: str, header: str = HEADER, **options) -> str:
        path = write(header, *rows)
        call_command("import_frame", path, **{"frame": "F", "create": True} | options)
        return capsys.readouterr().out

    return load_rows


def cells() -> dict:
    return {
        (c.service.code, c.channel.code, c.starts_on, c.ends_on): c.encounters
        for c in Frame.objects.get(code="F").cells.all()
    }


def test_cells_are_stored(load):
    load(f"{OCTOBER},1200", "DOPA-1,e_service,2023-10-01,2024-09-30,0")
    assert cells() == {
        ("DLT-1", "counter", date(2023, 10, 1), date(2023, 10, 31)): 1200,
        ("DOPA-1", "e_service", date(2023, 10, 1), date(2024, 9, 30)): 0,
    }
    assert Frame.objects.get(code="F").total() == 1200


def test_thai_digits_buddhist_years_and_thousands_are_read(load):
    load('DLT-1,counter,๐๑/๑๐/๒๕๖๖,31/10/2566,"๑,๒๓๔"')
    assert cells() == {("DLT-1", "counter", date(2023, 10, 1), date(2023, 10, 31)): 1234}


def test_importing_again_replaces_and_doubles_nothing(load):
    load(f"{OCTOBER},1200", "DLT-2,counter,2023-10-01,2023-10-31,5")
    said = load(f"{OCTOBER},1300", "DLT-2,counter,2023-10-01,2023-10-31,5")
    assert sorted(cells().values()) == [5, 1300]
    assert said.startswith("0 cells added, 1 changed, 1 unchanged")


def test_cells_that_the_file_does_not_name_stay(load):
    load(f"{OCTOBER},1200")
    load("DLT-1,counter,2023-11-01,2023-11-30,7")
    assert sorted(cells().values()) == [7, 1200]


@pytest.mark.parametrize(
    ("row", "field", "why"),
    [
        ("XX-1,counter,2023-10-01,2023-10-31,5", "service", "“XX-1” is not in the registry"),
        ("DLT-1,XX,2023-10-01,2023-10-31,5", "channel", "“XX” is not in the registry"),
        ("DLT-1,counter,10/31/2023,2023-10-31,5", "starts_on", "is not a date"),
        ("DLT-1,counter,2023-10-01,soon,5", "ends_on", "is not a date"),
        ("DLT-1,counter,2023-10-31,2023-10-01,5", "ends_on", "comes before the first"),
        ("DLT-1,counter,2023-10-01,2023-10-31,-5", "encounters", "is not a count"),
        ("DLT-1,counter,2023-10-01,2023-10-31,9223372036854775808", "encounters", "not a count"),
        ("DLT-1,counter", "", "too few cells"),
        ("DLT-2,counter,2023-10-31,2023-11-30,5", "starts_on", "overlaps 2023-10-01 to 2023-10-31"),
        ("DLT-2,counter,2023-10-01,2023-10-31,6", "starts_on", "overlaps"),
    ],
)
def test_bad_rows_are_reported_and_good_rows_stored(load, tmp_path, row, field, why):
    report = tmp_path / "rejected.csv"
    load("DLT-2,counter,2023-10-01,2023-10-31,5", row, rejected=report)
    assert list(cells().values()) == [5]
    with report.open(encoding="utf-8-sig", newline="") as file:
        [rejected] = csv.DictReader(file)
    assert (rejected["row"], rejected["field"]) == ("3", field)
    assert why in rejected["why"]


def test_a_period_never_overlaps_what_the_frame_keeps(load):
    load(f"{OCTOBER},1200")
    with pytest.raises(CommandError, match="No row was accepted"):
        load("DLT-1,counter,2023-09-01,2023-10-01,7")
    assert list(cells().values()) == [1200]


def test_a_year_is_replaced_by_its_months_in_any_order(load):
    load("DLT-1,counter,2023-10-01,2023-12-31,30")
    load("DLT-1,counter,2023-11-01,2023-11-30,11", f"{OCTOBER},10")
    assert sorted(cells().values()) == [10, 11]


def test_a_frame_in_use_cannot_change(load, wave):
    wave = close_wave(wave)
    with pytest.raises(CommandError, match="in use by a wave"):
        load(f"{OCTOBER},5", frame=wave.frame.code)


def test_a_missing_frame_or_column_is_named(load):
    with pytest.raises(CommandError, match="no frame F"):
        load(f"{OCTOBER},5", create=False)
    with pytest.raises(CommandError, match="“encounters” is missing"):
        load(OCTOBER, header="service,channel,starts_on,ends_on")
    assert not Frame.objects.filter(code="F").exists()


def test_the_report_never_overwrites_the_file(load, write):
    path = write(HEADER, f"{OCTOBER},5")
    with pytest.raises(CommandError, match="would overwrite"):
        call_command("import_frame", path, frame="F", create=True, rejected=path)
    assert path.read_text().startswith(HEADER)
