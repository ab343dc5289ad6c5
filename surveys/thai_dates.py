"""Dates as Thai offices write them: Thai digits, years of the Buddhist Era, day before month."""

import re
from datetime import date, datetime, time

from django.utils import timezone

from surveys.thai_text import ascii_digits, normalise, thai_digits

BUDDHIST_ERA = 543
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
_MONTH_NUMBER = {
    name: number for names in (MONTHS, SHORT_MONTHS) for number, name in enumerate(names, 1)
}

_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_IN_WORDS = re.compile(r"(\d{1,2})\s*([ก-๛.]+?)\s*(?:พ\.ศ\.)?\s*(\d{4})", re.ASCII)
_TIME = re.compile(r"[T\s]\s*(?=\d{1,2}:\d{2})", re.ASCII)


def parse_date(text: str) -> date:
    """The date in ISO order, day/month/year or with a Thai month; a year over 2400 is B.E.

    Raise ValueError for anything else, a year of two digits included.
    """
    plain = ascii_digits(normalise(text))
    if match := _YEAR_FIRST.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(plain):
        day, month, year = (int(part) for part in match.groups())
    elif (match := _IN_WORDS.fullmatch(plain)) and match[2] in _MONTH_NUMBER:
        day, month, year = int(match[1]), _MONTH_NUMBER[match[2]], int(match[3])
    else:
        raise ValueError(text)
    if year > 2400:
        year -= BUDDHIST_ERA
    if not 1900 <= year < 2200:
        raise ValueError(text)
    return date(year, month, day)


def parse_moment(text: str) -> datetime:
    """An aware time: a date, with or without a time of day. Thai time unless it says otherwise."""
    plain = ascii_digits(normalise(text))
    day, *clock_time = _TIME.split(plain, maxsplit=1)
    at = time.fromisoformat(clock_time[0].removesuffix(" น.")) if clock_time else time()
    moment = datetime.combine(parse_date(day), at)
    return moment if moment.tzinfo else timezone.make_aware(moment)


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
