"""Times as people, spreadsheets and devices write them; every door reads them here."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from django.utils import timezone as django_timezone
from django.utils.translation import gettext as _

from surveys.thai_dates import BUDDHIST_ERA, FIRST_BUDDHIST_YEAR, MonthFirst, parse_date
from surveys.thai_text import ascii_digits, normalise

MONTH_FIRST = "month_first"
DAY_FIRST = "day_first"
ORDERS = (DAY_FIRST, MONTH_FIRST)

_BEFORE_NOON, _AFTER_NOON = ("am", "ก่อนเที่ยง"), ("pm", "หลังเที่ยง")
_HALF = r"[ap]\.?m\b\.?|ก่อนเที่ยง|หลังเที่ยง"
_ZONE = r"\(?(?:(?:Z|UTC|GMT|ICT)\b)?\s*(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?\)?(?:\s*\([^()]*\))?"
_CLOCK = re.compile(
    rf"(?:(?P<half>{_HALF})\s*)?"
    r"(?P<hour>[0-9]{1,2})"
    r"(?:[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?)?"
    rf"\s*(?P<half_after>{_HALF})?\s*(?P<said>น\.?|นาฬิกา)?"
    rf"\s*(?P<zone>{_ZONE})",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"(?<=[0-9])T(?=[0-9])|[\s,]+(?:[-–]\s+)?(?:เวลา\s*)?")
_OFFSET = re.compile(r"([+-])([0-9]{1,2}):?([0-9]{2})?")
_SERIAL = re.compile(r"[2-7][0-9]{4}(?:\.[0-9]+)?")
_LONGEST = 100
_SERIALS_BEGIN = datetime(1899, 12, 30)  # noqa: DTZ001 - in whatever zone the sheet is
_LETTERS_OF_NOON = re.compile(r"[ap]\.?m\b", re.IGNORECASE)
_SLASHES = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")


class Undecided(ValueError):
    """Day and month cannot be told apart."""


class _Clock(NamedTuple):
    at: time
    zone: tzinfo | None


def parse_moment(text: str, *, order: str = "", with_offset: bool = False) -> datetime:
    """An aware time: a date, with or without a time of day. Thai time unless it says otherwise.

    A year over 2400 is B.E. Days come before months unless `order` is MONTH_FIRST. Raise ValueError
    for anything else, and for a time without its offset if `with_offset`; of those, MonthFirst and
    Undecided where only the order of day and month is at fault.
    """
    plain = ascii_digits(normalise(text)).replace("\u2212", "-")
    if len(plain) > _LONGEST:
        raise ValueError(text)
    moment = _in_iso_order(plain)
    if moment and (with_offset or 1900 <= moment.year < 2200):
        return _aware(moment.replace(tzinfo=None), moment.tzinfo, with_offset=with_offset)
    if _SERIAL.fullmatch(plain):
        return _aware(_of_serial(float(plain)), None, with_offset=with_offset)
    day, clock = _parts(plain)
    if not order and _LETTERS_OF_NOON.search(plain) and _either_way(day):
        raise Undecided(text)
    date = parse_date(day, month_first=order == MONTH_FIRST)
    at, zone = clock or _Clock(time(), None)
    return _aware(datetime.combine(date, at), zone, with_offset=with_offset)


def refusal(text: str, error: ValueError) -> str:
    """Why a time of a file is not taken, and what to write."""
    if isinstance(error, MonthFirst | Undecided):
        return _(
            "In “%(text)s” day and month cannot be told apart for certain. Write 2024-01-31 or"
            " 31/01/2567, or say in the mapping which comes first (order)."
        ) % {"text": text}
    return _("“%(text)s” is not a date or a time. Write 2024-01-31 09:30 or 31/01/2567 09:30.") % {
        "text": text
    }


def in_common_era(moment: datetime) -> datetime:
    """The same moment where a device has counted its years in the Buddhist Era."""
    if moment.year <= FIRST_BUDDHIST_YEAR:
        return moment
    return moment.replace(year=moment.year - BUDDHIST_ERA)


def reads_either_way(text: str) -> bool:
    """Whether day and month could change places."""
    try:
        return _either_way(_parts(ascii_digits(normalise(text)))[0])
    except ValueError:
        return False


def _in_iso_order(plain: str) -> datetime | None:
    """The short way for what most systems write."""
    if plain[4:5] != "-" or plain[7:8] != "-":
        return None
    try:
        return in_common_era(datetime.fromisoformat(plain))
    except ValueError:
        return None


def _either_way(day: str) -> bool:
    match = _SLASHES.fullmatch(day)
    if not match or int(match[3]) > FIRST_BUDDHIST_YEAR:  # years of the Buddhist Era are Thai
        return False
    return int(match[1]) <= 12 and int(match[2]) <= 12 and match[1] != match[2]


def _parts(plain: str) -> tuple[str, _Clock | None]:
    """The words for the day, and the time of day if there is one: after it or before."""
    for gap in _BETWEEN.finditer(plain):
        before, after = plain[: gap.start()], plain[gap.end() :]
        if (clock := _clock(after)) and not _CLOCK.fullmatch(before):
            return before, clock
    for gap in reversed(list(_BETWEEN.finditer(plain))):
        if clock := _clock(plain[: gap.start()].removeprefix("เวลา").strip()):
            return plain[gap.end() :], clock
    return plain, None


def _clock(text: str) -> _Clock | None:
    match = _CLOCK.fullmatch(text)
    if not match:
        return None
    half = (match["half"] or match["half_after"] or "").replace(".", "").casefold()
    if match["minute"] is None and not (half or match["said"]):
        return None  # a number alone is no time of day
    hour = int(match["hour"])
    if half in _BEFORE_NOON:
        if hour > 12:
            raise ValueError(text)
        hour %= 12
    elif half in _AFTER_NOON and hour < 12:
        hour += 12
    part = (match["part"] or "").ljust(6, "0")[:6]
    at = time(hour, int(match["minute"] or 0), int(match["second"] or 0), int(part))
    return _Clock(at, _zone(match["zone"]))


def _zone(text: str) -> tzinfo | None:
    text = text.split("(")[0] if not text.startswith("(") else text.strip("()")
    if not text.strip():
        return None
    offset = _OFFSET.search(text)
    if not offset:
        return timezone(timedelta(hours=7)) if "ICT" in text.upper() else UTC
    sign = -1 if offset[1] == "-" else 1
    minutes = int(offset[3] or 0)
    if minutes > 59:
        raise ValueError(text)
    return timezone(sign * timedelta(hours=int(offset[2]), minutes=minutes))


def _of_serial(days: float) -> datetime:
    """A day as spreadsheets count it."""
    return _SERIALS_BEGIN + timedelta(seconds=round(days * 86_400))


def _aware(moment: datetime, zone: tzinfo | None, *, with_offset: bool) -> datetime:
    if zone:
        return moment.replace(tzinfo=zone)
    if with_offset:
        raise ValueError(moment)
    return django_timezone.make_aware(moment)
