from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.thai_dates import fiscal_year_be, format_thai_date, parse_date

LAST_OF_JANUARY = date(2024, 1, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31",
        "2567-01-31",
        "31/01/2024",
        "31/01/2567",
        "31/1/2567",
        "31-01-2567",
        "31.01.2567",
        "๓๑/๐๑/๒๕๖๗",
        "๒๕๖๗-๐๑-๓๑",
        "31 มกราคม 2567",
        "๓๑ ม.ค. ๒๕๖๗",
        "31 มกราคม พ.ศ. 2567",
        " 31/01/2567\u200b",
    ],
)
def test_the_same_day_however_written(text):
    assert parse_date(text) == LAST_OF_JANUARY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31/13/2567",
        "01/31/2024",
        "31/02/2567",
        "31/01/67",
        "2300-01-01",
        "0567-01-01",
        "31 Januar 2024",
        "20240131",
        "yesterday",
    ],
)
def test_what_is_not_a_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_date(text)


def test_the_leap_day_of_a_buddhist_year():
    assert parse_date("29/02/2567") == date(2024, 2, 29)
    with pytest.raises(ValueError):  # noqa: PT011
        parse_date("29/02/2566")


def test_a_date_as_thai_offices_write_it():
    assert format_thai_date(LAST_OF_JANUARY) == "31 มกราคม 2567"
    assert format_thai_date(LAST_OF_JANUARY, abbreviated=True) == "31 ม.ค. 2567"
    assert format_thai_date(LAST_OF_JANUARY, digits=True) == "๓๑ มกราคม ๒๕๖๗"
    assert format_thai_date(LAST_OF_JANUARY, era=True) == "31 มกราคม พ.ศ. 2567"


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.booleans(), st.booleans(), st.booleans())
def test_what_is_written_is_read_again(day, abbreviated, digits, era):
    assert parse_date(format_thai_date(day, abbreviated=abbreviated, digits=digits, era=era)) == day


def test_the_fiscal_year_begins_in_october():
    first = date(2023, 10, 1)
    assert fiscal_year_be(first) == 2567
    assert fiscal_year_be(date(2024, 9, 30)) == 2567
    assert fiscal_year_be(first - timedelta(days=1)) == 2566
