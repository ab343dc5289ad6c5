"""A bad row is reported with its row, its field and how to fix it; good rows are stored."""

import pytest
from django.core.management import CommandError, call_command

from responses.models import Response
from tests.responses.conftest import MAPPING

pytestmark = pytest.mark.usefixtures("wave")
GOOD = "1,2024-01-31,DLT-1,counter,5,thanks"


@pytest.mark.parametrize(
    ("row", "field", "value", "why"),
    [
        (
            "2,2024-01-31,DLT-1,counter,7,",
            "rating",
            "7",
            "7 is not a rating from 1 to 5. "
            "Correct the cell or add it to no_answer in the mapping.",
        ),
        ("2,2024-01-31,DLT-1,counter,4.5,", "rating", "4.5", "4.5 is not a rating"),
        ("2,2024-01-31,DLT-1,counter,0,", "rating", "0", "0 is not a rating"),
        ("2,2024-01-31,XX-1,counter,5,", "service", "XX-1", "“XX-1” is not in the registry"),
        ("2,2024-01-31,,counter,5,", "service", "", "The code is empty"),
        ("2,2024-01-31,DLT-1,fax,5,", "channel", "fax", "“fax” is not in the registry"),
        ("2,31/31/2024,DLT-1,counter,5,", "date", "31/31/2024", "is not a date"),
        ("2,,DLT-1,counter,5,", "date", "", "is not a date"),
        ("2,2567,DLT-1,counter,5,", "date", "2567", "is not a date"),
        ("2,2019-12-31,DLT-1,counter,5,", "date", "2019-12-31", "lies outside wave W1"),
        (",2024-01-31,DLT-1,counter,5,", "id", "", "Empty"),
        ("2,2024-01-31,DLT-1", "", "", "The row has 3 cells, the header 6"),
        ("2,2024-01-31,DLT-1,counter,5,a,b", "", "", "The row has 7 cells, the header 6"),
    ],
)
def test_bad_rows_say_why(import_rows, row, field, value, why):
    done = import_rows(GOOD, row)
    [rejected] = done.rejected
    assert (rejected["row"], rejected["field"], rejected["value"]) == ("3", field, value)
    assert why in rejected["why"]
    assert done.counts == {
        "rows": 2,
        "stored": 1,
        "already stored": 0,
        "without an answer": 0,
        "rejected": 1,
    }
    assert Response.objects.get().answers == {"OV": 5, "D7": "thanks"}


def test_the_first_are_said_and_the_report_is_named(import_rows):
    done = import_rows(*[f"{k},2024-01-31,DLT-1,counter,8," for k in range(12)], GOOD)
    assert done.said.count("8 is not a rating") == 1
    assert "row 2, field rating: 8 is not a rating" in done.said
    assert "(and 11 more rows)" in done.said
    assert "12 rows rejected. All are in" in done.said
    assert len(done.rejected) == 12


def test_a_melted_row_names_the_column_of_the_file(import_rows):
    mapping = """
        source = "test"
        key = ["id", "service"]
        service.code = { column = "service" }
        channel.code = "counter"
        answers.OV.column = "raw"
        [melt]
        name_column = "service"
        label_column = "label"
        value_column = "raw"
        columns = { DLT-1 = "a", DLT-2 = "b" }
    """
    done = import_rows("1,5,8", header="id,DLT-1,DLT-2", mapping=mapping)
    [rejected] = done.rejected
    assert (rejected["field"], rejected["value"]) == ("DLT-2", "8")


def test_the_report_lies_beside_the_file(write, tmp_path, wave, english):
    file = write("id,service,channel,rating", "1,DLT-1,counter,5", "2,DLT-1,counter,8")
    mapping = """
        source = "test"
        service.code = { column = "service" }
        channel.code = "counter"
        answers.OV.column = "rating"
    """
    call_command("import_responses", file, mapping=str(write(mapping, name="m.toml")), wave="W1")
    assert "8 is not a rating" in file.with_suffix(".rejected.csv").read_text("utf-8-sig")


def test_a_file_of_bad_rows_only_is_a_failure(import_rows):
    with pytest.raises(CommandError, match="No row was accepted"):
        import_rows("1,2024-01-31,DLT-1,counter,8,")
    with pytest.raises(CommandError, match="No row was accepted"):
        import_rows()


def test_without_a_key_corrected_rows_are_to_come_alone(import_rows):
    mapping = MAPPING.replace('key = ["id"]', "")
    done = import_rows(GOOD, "2,2024-01-31,DLT-1,counter,8,", mapping=mapping)
    assert "import the corrected rows alone" in done.said
    assert "corrected rows" not in import_rows(GOOD, GOOD.replace(",5,", ",8,")).said


def test_a_formula_is_stored_as_text_and_harmless_in_the_report(import_rows):
    done = import_rows(
        '1,2024-01-31,DLT-1,counter,5,"=HYPERLINK(""http://evil"",1)"',
        "2,2024-01-31,DLT-1,counter,=1+4,",
        "3,2024-01-31,@SUM(A1),counter,5,",
        "4,2024-01-31,DLT-1,counter,-1,",
    )
    assert Response.objects.get().answers["D7"] == '=HYPERLINK("http://evil",1)'
    assert [rejected["value"] for rejected in done.rejected] == ["'=1+4", "'@SUM(A1)", "'-1"]
    assert not [line for line in done.report.splitlines() if ",=" in line or ",@" in line]


def test_an_item_that_the_channel_does_not_ask_costs_no_rating(import_rows):
    mapping = """
        source = "test"
        key = ["id"]
        service.code = "DLT-1"
        channel.code = { column = "channel" }
        answers.OV.column = "rating"
        answers.S1.column = "staff"
    """
    done = import_rows(
        "1,counter,5,4", "2,e_service,5,4", header="id,channel,rating,staff", mapping=mapping
    )
    assert done.rejected == []
    assert done.counts["answers to S1 not understood, left out"] == 1
    assert [r.answers for r in Response.objects.order_by("channel__code")] == [
        {"OV": 5, "S1": 4},
        {"OV": 5},
    ]


def test_a_service_of_another_agency_is_refused(import_rows):
    mapping = """
        source = "test"
        agency.code = { column = "agency" }
        service.code = { column = "service" }
        channel.code = "counter"
        answers.OV.column = "rating"
    """
    done = import_rows(
        "DLT,DLT-1,5", "DOPA,DLT-1,5", header="agency,service,rating", mapping=mapping
    )
    [rejected] = done.rejected
    assert rejected["why"].startswith("Service DLT-1 belongs to DLT, not to DOPA")


def test_a_citizen_number_is_refused_and_not_repeated(import_rows):
    mapping = """
        source = "test"
        service.code = "DLT-1"
        channel.code = "counter"
        respondent = { column = "who" }
        answers.OV.column = "rating"
    """
    done = import_rows("1101700203450,5", "1101700203451,5", header="who,rating", mapping=mapping)
    [rejected] = done.rejected
    assert "citizen number" in rejected["why"]
    assert "110170020345" not in done.report
    assert Response.objects.get().respondent == "1101700203451"


def test_a_long_comment_does_not_cost_the_rating(import_rows):
    done = import_rows(f"1,2024-01-31,DLT-1,counter,5,{'ก' * 3000}")
    assert done.counts["comments shortened"] == 1
    response = Response.objects.get()
    assert response.overall == 5
    assert len(response.answers["D7"]) == 2000
