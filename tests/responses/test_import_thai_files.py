"""Files as Thai offices keep them: Thai digits, Buddhist years, Thai Windows encoding."""

from datetime import UTC, datetime

import pytest

from responses.models import Response

pytestmark = pytest.mark.usefixtures("wave")
NOON = datetime(2024, 1, 31, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["๓๑/๐๑/๒๕๖๗ ๑๒:๐๐", "31/01/2567 12:00", "2024-01-31T12:00:00", "31 ม.ค. 2567 12:00 น."],
)
def test_dates_are_read_however_written(import_rows, written):
    import_rows(f"1,{written},DLT-1,counter,5,")
    assert Response.objects.get().answered_at == NOON


@pytest.mark.parametrize(("written", "rating"), [("๔", 4), ("4.0", 4), (" 5 ", 5), ("๕\u200b", 5)])
def test_ratings_are_read_however_written(import_rows, written, rating):
    import_rows(f"1,2024-01-31,DLT-1,counter,{written},")
    assert Response.objects.get().overall == rating


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_thai_comments_in_each_encoding(import_rows, encoding):
    done = import_rows("1,๓๑/๐๑/๒๕๖๗,DLT-1,counter,๕,บริการดีมาก น้ำใจงาม", encoding=encoding)
    assert done.rejected == []
    assert Response.objects.get().answers == {"OV": 5, "D7": "บริการดีมาก น้ำใจงาม"}


def test_text_is_kept_in_one_form(import_rows):
    import_rows("1,2024-01-31,DLT-1,counter,5,น\u0e4d\u0e49\u0e32ใจ\u200b")
    assert Response.objects.get().answers["D7"] == "น้ำใจ"


def test_rows_split_by_semicolons(import_rows):
    mapping = """
        source = "test"
        delimiter = ";"
        service.code = "DLT-1"
        channel.code = "counter"
        answers.OV.column = "คะแนน"
    """
    import_rows("1;5", header="ที่;คะแนน", mapping=mapping, encoding="cp874")
    assert Response.objects.get().overall == 5
