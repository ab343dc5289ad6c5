"""What an uploaded list would change is said before it is changed, and no more is changed."""

import io

import pytest
from openpyxl import Workbook

from surveys.csv_files import FileError
from surveys.differences import Register, apply, compare
from surveys.models import Agency, Service
from surveys.row_cells import known_in
from surveys.row_files import ROW_LIMIT, SIZE_LIMIT, read_rows

HEADER = "code,agency,name_th,name_en"
COLUMNS = ("code", "agency", "name_th", "name_en")


class Services(Register[Service]):
    """The services of one agency; a retired one is deleted."""

    model = Service
    columns = COLUMNS

    def __init__(self, agency: Agency) -> None:
        self.agencies = {agency.code: agency}

    def stored(self):
        return Service.objects.filter(agency__in=self.agencies.values())

    def read(self, row):
        return row | {"agency": known_in(row, "agency", self.agencies)}

    def retire(self, record):
        record.delete()


@pytest.fixture
def register(government) -> Services:
    return Services(government.dlt)


def rows(*lines: str, header: str = HEADER):
    text = "\n".join((header, *lines))
    return read_rows(io.BytesIO(text.encode("utf-8-sig")), "list.csv", COLUMNS)


def names():
    return dict(Service.objects.values_list("code", "name_en"))


LISTED = (
    "DLT-1,DLT,ใบอนุญาตขับรถ,Driver's licence",
    "DLT-2,DLT,การชำระภาษีรถประจำปี,Annual vehicle tax",
    "DLT-9,DLT,ป้ายทะเบียน,Number plate",
)


def test_a_list_is_compared_and_nothing_is_changed(register):
    before = names()
    found = compare(register, rows(*LISTED))
    assert found.counts() == {
        "added": 1,
        "changed": 1,
        "retired": 0,
        "rejected": 0,
        "unchanged": 1,
    }
    assert found.changed[0].in_words == [("name in English", "Driving licence", "Driver's licence")]
    assert names() == before


def test_what_was_shown_is_applied(register):
    apply(register, compare(register, rows(*LISTED)))
    assert names() == {
        "DLT-1": "Driver's licence",
        "DLT-2": "Annual vehicle tax",
        "DLT-9": "Number plate",
        "DOPA-1": "National ID card",
    }
    assert not compare(register, rows(*LISTED)).does_something


def test_only_a_whole_list_retires(register):
    assert compare(register, rows(LISTED[0])).retired == []
    found = compare(register, rows(LISTED[0]), whole=True)
    assert [record.code for record in found.retired] == ["DLT-2"]
    apply(register, found)
    assert set(names()) == {"DLT-1", "DOPA-1"}


@pytest.mark.parametrize(
    ("line", "field", "why"),
    [
        (",DLT,ก,A", "code", "The code is missing"),
        ("DLT-2,DLT,ก,A", "code", "earlier row"),
        ("DOPA-1,DLT,ก,A", "code", "belongs to another agency"),
        ("DLT-7,DOPA,ก,A", "agency", "not yours to enter"),
        ("ขบ 7,DLT,ก,A", "code", "Latin letters"),
        ("DLT-7,DLT,,A", "name_th", "cannot be blank"),
    ],
)
def test_a_row_is_rejected_with_its_number_its_field_and_the_reason(register, line, field, why):
    found = compare(register, rows(LISTED[1], line))
    [refused] = found.rejected
    assert (refused.row, refused.field) == (3, field)
    assert why in refused.why
    assert not found.added


def test_another_difference_has_another_digest(register):
    digests = {
        compare(register, rows(*LISTED)).digest(),
        compare(register, rows(*LISTED)).digest(),
        compare(register, rows(*LISTED[:2])).digest(),
        compare(register, rows(*LISTED[:2]), whole=True).digest(),
        compare(register, rows(LISTED[0]), whole=True).digest(),
    }
    assert len(digests) == 3


def test_a_workbook_is_read_as_a_csv_is(register):
    book = Workbook()
    book.active.append([None, *COLUMNS])
    for line in LISTED:
        book.active.append(["left out", *line.split(",")])
    file = io.BytesIO()
    book.save(file)
    assert read_rows(file, "list.xlsx", COLUMNS) == rows(*LISTED)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"PK but no workbook", "Choose a file in XLSX format"),
        (b"code,agency,name_th,name_en\n", "has a header and no rows"),
        (b"code,agency\nA,B\n", "“name_th” is missing"),
        (b"x" * (SIZE_LIMIT + 1), "larger than 10 MB"),
        (HEADER.encode() + b"\nA,B,C,D" * (ROW_LIMIT + 1), "more than 20,000 rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(content, why):
    with pytest.raises(FileError, match=why):
        read_rows(io.BytesIO(content), "list.csv", COLUMNS)
