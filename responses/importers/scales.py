"""How a column writes ratings: as numbers, as words, as both, or as codes that the file explains.

What a file says its codes mean goes before the codes themselves: 1 may well be “very satisfied”.
Where that cannot be known, somebody has to say it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from responses.importers.names import NO_ANSWER, RATING_WORDS
from surveys.thai_text import ascii_digits, normalise

_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(r"(-?[0-9]{1,2})(?:\.0+)?")
_NUMBER_FIRST = re.compile(r"\(?([0-9]{1,2})\)?(?:\s*[-–—.=:)]\s*|\s+)(.*)|([0-9]{1,2})(\D.*)")
_NUMBER_LAST = re.compile(r"(.*?)\s*(?:\(([0-9]{1,2})\)|[-–—=:]\s*([0-9]{1,2}))")
_ONE = re.compile(r"\D*1(?:\D|$)")
_UNITS = re.compile(
    r"(?:ระดับ|คะแนน|level)?\s*([0-9]{1,2})\s*(?:/\s*5|ดาว|คะแนน|stars?|points?)?",
    re.IGNORECASE,
)
_STARS = re.compile(r"([★⭐]+)\ufe0f?[☆]*")


def _bare(word: str) -> str:
    return _SPACES.sub("", word).casefold()


WORDS = {_bare(word): int(rating) for rating, words in RATING_WORDS.items() for word in words}
_NO_ANSWER = {_bare(word) for word in NO_ANSWER}


FEW = 0.2


@dataclass(frozen=True)
class Scale:
    """`values` translates what is written; None where ratings are plain numbers. A `problem` is
    a question to whoever knows the questionnaire."""

    values: Mapping[str, str] | None = None
    problem: str = ""
    turned: bool = False
    no_answer: Sequence[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Written:
    text: str
    number: int | None
    word: str

    @property
    def rating(self) -> int | None:
        return WORDS.get(_bare(self.word))


def scale_of(cells: Sequence[str], labels: Mapping[str, str]) -> Scale:
    """The scale of a column with these cells; `labels` says what codes mean."""
    values = _outnumbering(cells)
    silent = [code for code, label in labels.items() if _bare(label) in _NO_ANSWER]
    seen = [value for value in values if value not in silent and _bare(value) not in _NO_ANSWER]
    codes = [code for code in labels if code not in silent and _meant(code, labels)]
    written = [_read(text, labels) for text in dict.fromkeys((*codes, *seen))]
    values_of = _values(written, codes)
    if isinstance(values_of, str):
        return Scale(problem=values_of, no_answer=silent)
    turned = any(
        _ONE.match(ascii_digits(each.text)) and values_of.get(each.text) == "5" for each in written
    )
    if all(values_of.get(each.text) == _plain_number(each.text) for each in written):
        return Scale(None, no_answer=silent)
    return Scale(_with_usual_words(values_of), turned=turned, no_answer=silent)


def _outnumbering(cells: Sequence[str]) -> list[str]:
    """Different things that are said, without a few that are mistyped."""
    counts = Counter(cells)
    steps = [text for text in counts if _beyond(text)]
    if len([text for text in steps if int(ascii_digits(text).split(".")[0]) <= 10]) > 1:
        return list(counts)
    few = [text for text in counts if _beyond(text) or _split(text, text).rating is None]
    rare = sum(counts[text] for text in few if not _number(text)) <= FEW * len(cells)
    odd = sum(counts[text] for text in steps) <= FEW * len(cells)
    return [
        text
        for text in counts
        if not (odd and text in steps) and not (rare and text in few and not _number(text))
    ]


def _plain_number(text: str) -> str:
    number = _NUMBER.fullmatch(ascii_digits(text))
    return number[1] if number else ""


def _number(text: str) -> bool:
    return _split(text, text).number is not None


def _beyond(text: str) -> bool:
    number = _NUMBER.fullmatch(ascii_digits(text))
    return number is not None and int(number[1]) > 5 and _bare(text) not in _NO_ANSWER


def _meant(code: str, labels: Mapping[str, str]) -> bool:
    """Whether the label is there and says more than the code."""
    return bool(labels[code]) and _NUMBER.fullmatch(ascii_digits(code)) is not None


def _read(text: str, labels: Mapping[str, str]) -> _Written:
    plain = ascii_digits(text)
    if text in labels:
        inner = _split(labels[text], labels[text])
        number = _NUMBER.fullmatch(plain)
        own = inner.number if number is None or not inner.word else None
        return _Written(text, int(number[1]) if own is None and number else own, inner.word)
    return _split(text, plain)


def _split(text: str, plain: str) -> _Written:
    plain = ascii_digits(plain)
    if _bare(plain) in WORDS:
        return _Written(text, None, plain)
    if stars := _STARS.fullmatch(plain):
        return _Written(text, len(stars[1]), "")
    if number := _NUMBER.fullmatch(plain) or _UNITS.fullmatch(plain):
        return _Written(text, int(number[1]), "")
    if first := _NUMBER_FIRST.fullmatch(plain):
        return _Written(text, int(first[1] or first[3]), normalise(first[2] or first[4] or ""))
    if last := _NUMBER_LAST.fullmatch(plain):
        return _Written(text, int(last[2] or last[3]), normalise(last[1]))
    return _Written(text, None, plain)


def _values(written: Sequence[_Written], codes: Sequence[str]) -> dict[str, str] | str:
    """What each text stands for, or the question that has to be answered first."""
    numbers = {each.number for each in written if each.number is not None}
    worded = [each for each in written if each.word]
    known = [each for each in worded if each.rating]
    both = [each for each in known if each.number is not None]
    other = max(numbers, default=0) > 5
    other |= len(codes) not in (0, 1, 2, 5) and len(both) == len(codes)
    if other and not _five_named(both):
        return _other_scale(written)
    if not worded:
        return {each.text: str(each.number) for each in written if each.number is not None}
    if not known and not numbers:
        return _("Its words are not known.")
    if not known:
        return _("Nothing in the file says which end of the scale is the best.")
    if len({_bare(each.word) for each in known}) > len({each.rating for each in known}):
        return _("Two of the words may mean the same rating.")
    if not both:
        return {each.text: str(each.rating) for each in known} | _plain(written)
    if all(each.number == each.rating for each in both):
        return _numbered(written, lambda number: number)
    if all(each.number == 6 - (each.rating or 0) for each in both) and _turns(both, numbers):
        return _numbered(written, lambda number: 6 - number)
    if _five_named(both) and len(both) == len(written):
        return {each.text: str(each.rating) for each in both}
    return _("Its words and its numbers do not agree.")


def _turns(both: Sequence[_Written], numbers: set[int]) -> bool:
    """A middle alone does not tell the direction."""
    return any(each.number != 3 for each in both) and numbers <= {1, 2, 3, 4, 5}


def _five_named(both: Sequence[_Written]) -> bool:
    return {each.rating for each in both} == {1, 2, 3, 4, 5} and len(both) == 5


def _other_scale(written: Sequence[_Written]) -> str:
    numbers = sorted({each.number for each in written if each.number is not None})
    return _(
        "It is a scale from %(first)s to %(last)s, not one of five: which of its steps are which"
        " ratings is for the survey office to say."
    ) % {"first": numbers[0], "last": numbers[-1]}


def _plain(written: Sequence[_Written]) -> dict[str, str]:
    return {
        each.text: str(each.number)
        for each in written
        if not each.word and each.number is not None and 0 <= each.number <= 5
    }


def _numbered(written: Sequence[_Written], rating: Callable[[int], int]) -> dict[str, str]:
    values = {}
    if any(each.text.isdecimal() for each in written):
        values = {str(number): str(rating(number)) for number in range(1, 6)}
    for each in written:
        if each.number is not None and 0 <= each.number <= 5:
            values[each.text] = str(rating(each.number) if each.number else 0)
        elif each.number is None and each.rating:
            values[each.text] = str(each.rating)
    return values


def _with_usual_words(values: Mapping[str, str]) -> dict[str, str]:
    """With the words that no row has said yet, as long as the column is of words alone."""
    if any(any(char.isdecimal() for char in text) for text in values):
        return dict(values)
    usual = {word: rating for rating, words in RATING_WORDS.items() for word in words}
    return usual | dict(values) | {str(rating): str(rating) for rating in range(6)}
