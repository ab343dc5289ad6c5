"""Times are read alike at every door, however people, spreadsheets and devices write them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.moments import (
    MONTH_FIRST,
    Undecided,
    in_common_era,
    parse_moment,
    reads_either_way,
    refusal,
)
from surveys.thai_dates import MONTHS, SHORT_MONTHS, MonthFirst
from surveys.thai_text import thai_digits

BANGKOK = timezone(timedelta(hours=7))


def test_a_date_begins_at_midnight_in_thailand():
    assert parse_moment("31/01/2567") == datetime(2024, 1, 30, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31 13:30",
        "31/01/2567 13:30:00",
        "๓๑/๐๑/๒๕๖๗ ๑๓:๓๐",
        "2024-01-31T13:30+07:00",
        "2024-01-31T06:30:00Z",
        "31 ม.ค. 2567 13:30 น.",
    ],
)
def test_times_of_day(text):
    assert parse_moment(text) == datetime(2024, 1, 31, 6, 30, tzinfo=UTC)


MORNING = datetime(2026, 11, 28, 9, 5, tzinfo=BANGKOK)


@pytest.mark.parametrize(
    "text",
    [
        "28/11/2026 9:05",
        "28/11/2569, 9:05:00",
        "2026/11/28 9:05:00 ก่อนเที่ยง GMT+7",
        "2026/11/28 9:05:00\u202fAM GMT+7",
        "28 พ.ย. 2569 เวลา 09.05 น.",
        "วันเสาร์ที่ 28 พฤศจิกายน พ.ศ. 2569 เวลา 09:05 น.",
        "28 พย 2569, 09.05",
        "9.05 น. 28 พ.ย. 2569",
        "28/11/2569 - 09:05",
        "Nov 28, 2026, 9:05 AM",
        "28-Nov-2026 9:05 a.m.",
        "Sat, 28 Nov 2026 09:05:00 +0700",
        "Sat Nov 28 2026 09:05:00 GMT+0700 (Indochina Time)",
        "2026-11-28 02:05:00 UTC",
        "2569-11-28T09:05:00.000+07:00",
        "๒๕๖๙-๑๑-๒๘T๐๙:๐๕:๐๐+๐๗:๐๐",
        "2026/11/28 9:05 (GMT+07:00)",
        "46354.378472222",
    ],
)
def test_one_moment_however_written(text):
    assert parse_moment(text) == MORNING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9:05",
        "28/11/69 9:05",
        "28/11/2026 25:00",
        "28/11/2026 13:00 AM",
        "2026-11-28 9:61",
        "2569-02-29",
        "28/11/2026 soon",
        "5",
        "20261128",
        "28/11/2026 9:05 GMT+99",
        "x" * 5_000,
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_moment(text)


def test_the_noons_and_midnights_of_twelve_hours():
    noon = MORNING.replace(hour=12, minute=0)
    assert parse_moment("Nov 28, 2026 12:00 PM") == noon
    assert parse_moment("28 พ.ย. 2569 12:00 ก่อนเที่ยง") == noon.replace(hour=0)
    assert parse_moment("28 พ.ย. 2569 1:45 หลังเที่ยง") == MORNING.replace(hour=13, minute=45)


def test_day_and_month_are_never_taken_for_each_other():
    with pytest.raises(MonthFirst) as refused:
        parse_moment("11/28/2026 9:05")
    assert "mapping" in refusal("11/28/2026 9:05", refused.value)
    with pytest.raises(Undecided):
        parse_moment("3/4/2026 9:05 AM")
    assert parse_moment("11/28/2026 9:05", order=MONTH_FIRST) == MORNING
    assert parse_moment("3/4/2026 9:05 AM", order=MONTH_FIRST).month == 3
    assert parse_moment("3/4/2569 9:05 AM").month == 4  # Thai years come after Thai days
    assert reads_either_way("3/4/2026")
    assert not reads_either_way("3/4/2569")


def test_a_time_that_must_say_its_offset():
    assert parse_moment("2569-11-28T09:05:00+07:00", with_offset=True) == MORNING
    with pytest.raises(ValueError):  # noqa: PT011
        parse_moment("2026-11-28T09:05:00", with_offset=True)


FIRST, LAST = datetime(1921, 1, 1), datetime(2199, 12, 30)  # noqa: DTZ001


@given(st.datetimes(FIRST, LAST), st.data())
def test_any_moment_is_read_from_any_way_to_write_it(moment, data):
    moment = moment.replace(microsecond=0)
    year = moment.year + data.draw(st.sampled_from([543, 0])) if moment.year > 1857 else moment.year
    months = data.draw(st.sampled_from([MONTHS, SHORT_MONTHS]))
    day = data.draw(
        st.sampled_from(
            [
                f"{year}-{moment:%m-%d}",
                f"{moment.day}/{moment.month}/{year}",
                f"{moment.day} {months[moment.month - 1]} {year}",
            ]
        )
    )
    half = "ก่อนเที่ยง" if moment.hour < 12 else "หลังเที่ยง"
    clock = data.draw(
        st.sampled_from(
            [
                f"{moment:%H:%M:%S}",
                f"{moment.hour}.{moment:%M.%S} น.",
                f"{moment.hour % 12 or 12}:{moment:%M:%S} {half}",
            ]
        )
    )
    text = day + data.draw(st.sampled_from([" ", ", ", " เวลา "])) + clock
    text += data.draw(st.sampled_from(["", " GMT+7", " +07:00"]))
    if data.draw(st.booleans()):
        text = thai_digits(text)
    assert parse_moment(text) == moment.replace(tzinfo=BANGKOK)


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_a_value_error(text):
    with suppress(ValueError):
        assert parse_moment(text).tzinfo


def test_years_of_devices_are_brought_to_the_common_era():
    assert in_common_era(MORNING.replace(year=2569)) == MORNING
    assert in_common_era(MORNING) == MORNING
