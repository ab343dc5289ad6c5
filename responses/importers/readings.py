"""How the cells of a column are to be read, judged by what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from responses.importers.names import NO_ANSWER
from surveys.moments import DAY_FIRST, MONTH_FIRST, parse_moment
from surveys.thai_dates import MonthFirst
from surveys.thai_text import ascii_digits, normalise

MOST = 0.8
_NAIVE = re.compile(
    r".*[T ,]\s*\d{1,2}[:.]\d{2}([:.]\d{2}([.,]\d+)?)?\s*(น\.?|[ap]\.?m\.?|\w+เที่ยง)?",
    re.IGNORECASE,
)
_DAY_LARGE = re.compile(r"(?:1[3-9]|[23]\d)[-/.]\d{1,2}[-/.]\d{4}")
_NUMBER = re.compile(r"\d+([.,\s]\d+)*")
_DECIMAL_COMMA = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,})|0+,\d+|\d{4,},\d+")
_DECIMAL_POINT = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d+\.\d+|\d{1,3}(?:,\d{3}){2,}")
OTHER = "-oth-"
"""How LimeSurvey writes that another answer was chosen."""


def no_answers(values: Iterable[str]) -> list[str]:
    """Those of the values that stand for no answer."""
    return [value for value in values if value in NO_ANSWER]


def code_values(
    values: Sequence[str], codes: Mapping[str, Sequence[str]], labels: Mapping[str, str]
) -> dict[str, str] | None:
    """Names as codes, where the values are names; None where they are codes already.

    `codes` gives the names of each code; `labels` what the file says that its own codes mean.
    """
    by_name = _by_name(codes)
    as_found = {
        value: code
        for value in dict.fromkeys((*values, *labels))
        if (code := _code(value, codes, by_name, labels)) and code != value
    }
    if not as_found:
        return None
    named = {normalise(name): code for code, names in codes.items() for name in names if name}
    return named | {code: code for code in codes if code not in labels} | as_found


def _by_name(codes: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {
        normalise(name).casefold(): code
        for code, names in codes.items()
        for name in (code, *names)
        if name
    }


def _code(
    value: str,
    codes: Mapping[str, Sequence[str]],
    by_name: Mapping[str, str],
    labels: Mapping[str, str],
) -> str | None:
    """The code that a value stands for: what the file says that it means goes before itself."""
    meant = labels.get(value, value)
    if meant == OTHER and "other" in codes:
        return "other"
    if meant in codes:
        return meant
    return by_name.get(meant.casefold()) or (value if value in codes else None)


def understood(
    cells: Sequence[str], codes: Mapping[str, Sequence[str]], labels: Mapping[str, str]
) -> float:
    """Which share of the cells says one of the codes, or a name of one."""
    if not cells:
        return 0
    by_name = _by_name(codes)
    return sum(_code(cell, codes, by_name, labels) is not None for cell in cells) / len(cells)


def is_time(values: Sequence[str]) -> bool:
    order = order_of(values)
    return _most(values, lambda value: _is_moment(value, order))


def order_of(values: Sequence[str]) -> str:
    """Which comes first in dates of numbers, as far as the column itself tells; else ""."""
    month_first = any(_reading(value) is MonthFirst for value in values)
    day_first = any(_DAY_LARGE.match(ascii_digits(value)) for value in values)
    if month_first == day_first:
        return ""
    return MONTH_FIRST if month_first else DAY_FIRST


def _reading(value: str) -> type[ValueError] | None:
    try:
        parse_moment(value, order=DAY_FIRST)
    except ValueError as error:
        return type(error)
    return None


def is_without_zone(values: Sequence[str]) -> bool:
    """Whether the times have an hour and do not say in which zone."""
    return _most(values, lambda value: bool(_NAIVE.fullmatch(value)))


def is_number(values: Sequence[str]) -> bool:
    return _most(values, lambda value: bool(_NUMBER.fullmatch(ascii_digits(value))))


def decimal_of(cells: Sequence[str]) -> str:
    """The sign before the decimals of a column, decided by all of its cells; "" where they do not
    tell it, or contradict each other."""
    plain = [ascii_digits(cell) for cell in cells]
    comma = any(_DECIMAL_COMMA.fullmatch(cell) for cell in plain)
    point = any(_DECIMAL_POINT.fullmatch(cell) for cell in plain)
    if comma and point:
        return ""
    if comma:
        return ","
    return "." if point or not any("," in cell for cell in plain) else ""


def _most(values: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return bool(values) and sum(map(holds, values)) >= MOST * len(values)


def _is_moment(value: str, order: str) -> bool:
    try:
        parse_moment(value, order=order)
    except ValueError:
        return False
    return True


def is_month_first(value: str) -> bool:
    """Whether it is a date only with its month before its day."""
    return _reading(value) is MonthFirst


def unread(values: Sequence[str], order: str) -> list[str]:
    """Those that are no times."""
    return [value for value in values if not _is_moment(value, order)]


def not_understood(
    values: Sequence[str], codes: Mapping[str, Sequence[str]], labels: Mapping[str, str]
) -> list[str]:
    """Those that say none of the codes, nor a name of one."""
    by_name = _by_name(codes)
    return [value for value in values if _code(value, codes, by_name, labels) is None]


def plain_number(value: str) -> str:
    """๕ and 5.0 as 5."""
    return ascii_digits(value).removesuffix(".0")
