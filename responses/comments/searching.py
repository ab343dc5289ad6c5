"""Comments are searched by their letters, for Thai has no spaces between words and people type
spaces anywhere.

What is searched is the text without spaces between Thai letters and without punctuation; words of
other scripts stand apart, each behind a space, and are found by how they begin: “form” in “forms”,
not in “inform”. A vowel that is written before its consonant is put behind it, as dictionaries do:
“ปิด” (close) does not stand in “เปิด” (open). On PostgreSQL an index of trigrams holds these letters;
SQLite looks through those of the agency.
"""

from __future__ import annotations

import re

from django.db.models import QuerySet

from responses.models import Comment
from surveys.thai_text import ascii_digits, normalise

_THAI = "\u0e01-\u0e4e"
_RUN = re.compile(rf"[{_THAI}]+|[^\W{_THAI}_]+")
_VOWEL_FIRST = re.compile("([เแโใไ])([ก-ฮ])")
_THAI_FIRST = re.compile(rf"^ (?=[{_THAI}])")
_BETWEEN = re.compile(rf"(?<=[{_THAI}]) (?=[{_THAI}])")


def letters_of(text: str) -> str:
    runs = _RUN.findall(ascii_digits(normalise(text)).casefold())
    return _VOWEL_FIRST.sub(r"\2\1", _BETWEEN.sub("", f" {' '.join(runs)}"))


def searched(comments: QuerySet[Comment], words: str) -> QuerySet[Comment]:
    """Those in which every word stands; none where nothing that was typed is a letter."""
    wanted = _wanted(words)
    if not all(wanted):
        return comments.none()
    for letters in wanted:
        comments = comments.filter(letters__contains=letters)
    return comments


def found_in(text: str, words: str) -> bool:
    """The same of one text."""
    letters, wanted = letters_of(text), _wanted(words)
    return all(wanted) and all(each in letters for each in wanted)


def _wanted(words: str) -> list[str]:
    """What must stand among the letters, for each word; empty for one without letters."""
    return [_THAI_FIRST.sub("", letters_of(word)).rstrip() for word in words.split()]
