"""How the cells of a column are to be read, judged by what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from responses.importers.names import NO_ANSWER, RATING_WORDS
from surveys.moments import parse_moment
from surveys.thai_text import ascii_digits, normalise

MOST = 0.8
_RATING = re.compile(r"[0-5](\.0)?")
_NAIVE = re.compile(
    r".*[T ,]\s*\d{1,2}[:.]\d{2}([:.]\d{2}([.,]\d+)?)?\s*(น\.?|[ap]\.?m\.?|\w+เที่ยง)?",
    re.IGNORECASE,
)
_WORDS = {word.casefold(): rating for rating, words in RATING_WORDS.items() for word in words}


def no_answers(values: Iterable[str]) -> list[str]:
    """Those of the values that stand for no answer."""
    return [value for value in values if value in NO_ANSWER]


def is_rating(cells: Sequence[str]) -> bool:
    """Of all cells, not of different ones: a few mistyped ones are outnumbered."""
    answers = [cell for cell in cells if cell not in NO_ANSWER]
    return bool(answers) and (_most(answers, _is_number) or _most(answers, _is_word))


def rating_values(values: Sequence[str]) -> dict[str, str] | None:
    """Words and codes as ratings; None where the ratings are numbers already."""
    answers = [value for value in values if value not in NO_ANSWER]
    if not any(_is_word(value) for value in answers):
        return None
    known = {word: rating for rating, words in RATING_WORDS.items() for word in words}
    as_found = {value: _WORDS[value.casefold()] for value in answers if _is_word(value)}
    return known | as_found | {str(rating): str(rating) for rating in range(6)}


def code_values(values: Sequence[str], codes: Mapping[str, Sequence[str]]) -> dict[str, str] | None:
    """Names as codes, where the values are names; None where they are codes already.

    `codes` gives the names of each code.
    """
    by_name = {normalise(name): code for code, names in codes.items() for name in names if name}
    if not any(value in by_name and value not in codes for value in values):
        return None
    return by_name | {code: code for code in codes}


def is_code(values: Sequence[str], codes: Mapping[str, Sequence[str]]) -> bool:
    names = {normalise(name) for names in codes.values() for name in names if name}
    return _most(values, lambda value: value in codes or value in names)


def is_time(values: Sequence[str]) -> bool:
    return _most(values, _is_moment)


def is_without_zone(values: Sequence[str]) -> bool:
    """Whether the times have an hour and do not say in which zone."""
    return _most(values, lambda value: bool(_NAIVE.fullmatch(value)))


def is_number(values: Sequence[str]) -> bool:
    return _most(values, lambda value: ascii_digits(value).replace(".", "", 1).isdigit())


def _most(values: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return bool(values) and sum(map(holds, values)) >= MOST * len(values)


def _is_number(value: str) -> bool:
    return bool(_RATING.fullmatch(ascii_digits(value)))


def _is_word(value: str) -> bool:
    return value.casefold() in _WORDS


def _is_moment(value: str) -> bool:
    try:
        parse_moment(value)
    except ValueError:
        return False
    return True
