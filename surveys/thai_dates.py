"""Dates as Thai offices write them: Thai digits, years of the Buddhist Era, day before month."""

import re
from calendar import month_name
from datetime import date

from surveys.thai_text import ascii_digits, normalise, thai_digits

BUDDHIST_ERA = 543
FIRST_BUDDHIST_YEAR = 2400
MONTHS = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]
SHORT_MONTHS = [
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
]
_ENGLISH_MONTHS = [name.casefold() for name in month_name[1:]]


def _bare(name: str) -> str:
    """ม.ค., ม.ค and มค are one month."""
    return name.replace(".", "").casefold()


_MONTH_NUMBER = {
    _bare(name): number
    for names in (MONTHS, SHORT_MONTHS, _ENGLISH_MONTHS, [name[:3] for name in _ENGLISH_MONTHS])
    for number, name in enumerate(names, 1)
} | {"sept": 9}

_LONGEST = 60
_WEEKDAY = re.compile(
    r"(?:วัน)?(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัส|ศุกร์|เสาร์|อาทิตย์)?(?:ที่)?[\s,]*(?=[0-9])"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?[\s,]+",
    re.IGNORECASE,
)
_ERA = re.compile(r"(?<![ก-๛])(?:พ\.?ศ\.?|ค\.?ศ\.?)\s*")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_IN_WORDS = re.compile(r"(\d{1,2})[\s-]*([ก-๛.a-z]+?)[\s,-]*(\d{4})", re.ASCII | re.IGNORECASE)
_MONTH_IN_WORDS_FIRST = re.compile(
    r"([ก-๛.a-z]+?)[\s-]*(\d{1,2})[\s,-]+(\d{4})", re.ASCII | re.IGNORECASE
)


class MonthFirst(ValueError):
    """A date with its month before its day, such as 01/31/2024."""


def parse_date(text: str, *, month_first: bool = False) -> date:
    """The date in ISO order, day/month/year or with its month in letters; a year over 2400 is B.E.

    Raise ValueError for anything else, a year of two digits included.
    """
    plain = ascii_digits(normalise(text))
    if match := _YEAR_FIRST.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(plain):
        day, month, year = (int(part) for part in match.groups())
        if month_first:
            day, month = month, day
    else:
        day, month, year = _in_words(plain)
    if year > FIRST_BUDDHIST_YEAR:
        year -= BUDDHIST_ERA
    if not 1900 <= year < 2200:
        raise ValueError(text)
    if day <= 12 < month <= 31 and not _YEAR_FIRST.fullmatch(plain):
        raise MonthFirst(text)
    return date(year, month, day)


def _in_words(plain: str) -> tuple[int, int, int]:
    """Day, month and year of a date with letters in it."""
    if len(plain) > _LONGEST:
        raise ValueError(plain)
    plain = _ERA.sub("", _WEEKDAY.sub("", plain, count=1))
    if match := _DAY_FIRST.fullmatch(plain):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _IN_WORDS.fullmatch(plain):
        day, month, year = match.groups()
    elif match := _MONTH_IN_WORDS_FIRST.fullmatch(plain):
        month, day, year = match.groups()
    else:
        raise ValueError(plain)
    if _bare(month) not in _MONTH_NUMBER:
        raise ValueError(plain)
    return int(day), _MONTH_NUMBER[_bare(month)], int(year)


def format_thai_date(
    day: date, *, abbreviated: bool = False, digits: bool = False, era: bool = False
) -> str:
    """31 มกราคม 2567; `abbreviated` 31 ม.ค. 2567; `era` with พ.ศ.; `digits` in Thai digits."""
    month = (SHORT_MONTHS if abbreviated else MONTHS)[day.month - 1]
    year = f"{'พ.ศ. ' if era else ''}{day.year + BUDDHIST_ERA}"
    text = f"{day.day} {month} {year}"
    return thai_digits(text) if digits else text


def fiscal_year_be(day: date) -> int:
    """The Thai fiscal year, 1 October to 30 September, numbered in the Buddhist Era."""
    return day.year + BUDDHIST_ERA + (day.month >= 10)
