import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.thai_text import (
    ascii_digits,
    normalise,
    parse_count,
    parse_decimal,
    thai_digits,
)

NAM = "น้ำ"  # tone before sara am: the one right order


@pytest.mark.parametrize(
    "typed",
    [
        "น\u0e49\u0e4d\u0e32",  # tone, nikhahit, sara aa
        "น\u0e4d\u0e49\u0e32",  # nikhahit, tone, sara aa
        "น\u0e33\u0e49",  # sara am, tone
        "\u200bน\u0e49\u200d\u0e33\ufeff",  # unseen characters
        f"  {NAM}\u2060 ",
    ],
)
def test_text_that_looks_the_same_becomes_the_same(typed):
    assert normalise(typed) == NAM


def test_sara_am_is_never_split():
    assert "\u0e33" in normalise("สำรวจ")
    assert normalise("สํารวจ") == "สำรวจ"


def test_combining_accents_are_composed():
    assert normalise("Cafe\u0301") == "Café"


def test_line_ends_stay_and_other_controls_go():
    assert normalise("a\nb\tc\x00d\x1be") == "a\nb\tcde"


@given(st.text("นก\u0e33\u0e4d\u0e32\u0e48\u0e49\u0e34\u0e38\u200b\x00e ", max_size=12))
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_thai_digits_both_ways():
    assert ascii_digits("๓๑/๐๑/๒๕๖๗") == "31/01/2567"
    assert thai_digits("2567") == "๒๕๖๗"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("1234", 1234),
        ("1,234", 1234),
        ("๑,๒๓๔", 1234),
        (" 12,345,678 ", 12_345_678),
        ("1234.0", 1234),
    ],
)
def test_counts_are_read(text, count):
    assert parse_count(text) == count


@pytest.mark.parametrize(
    "text", ["", "-1", "1.5", "1,23", "12,34,567", "1_000", "NaN", "Infinity", "ten", "1 234"]
)
def test_what_is_not_a_count_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_count(text)


def test_decimals_are_exact():
    assert parse_decimal("1,234.5678901234") == Decimal("1234.5678901234")
