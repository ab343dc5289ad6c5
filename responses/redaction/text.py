"""Runs the finders over a text and puts the words in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from responses.redaction.addresses import find_addresses
from responses.redaction.kinds import Finder, Kind, Span
from responses.redaction.names import find_names
from responses.redaction.numbers import find_accounts, find_identity_numbers, find_passports
from responses.redaction.online import find_emails, find_online_accounts
from responses.redaction.plates import find_plates
from responses.redaction.telephones import find_telephones
from surveys.thai_text import ascii_digits

# What is surest first: what one finder has taken, no other looks at.
FINDERS: list[tuple[Kind, Finder]] = [
    (Kind.EMAIL, find_emails),
    (Kind.ONLINE, find_online_accounts),
    (Kind.IDENTITY, find_identity_numbers),
    (Kind.PASSPORT, find_passports),
    (Kind.ACCOUNT, find_accounts),
    (Kind.TELEPHONE, find_telephones),
    (Kind.PLATE, find_plates),
    (Kind.ADDRESS, find_addresses),
    (Kind.NAME, find_names),
]

_TAKEN = "\ufffc"  # neither a letter nor a digit nor a space
_MARKS = re.compile("|".join(re.escape(mark) for kind in Kind for mark in kind.value))
_KIND_OF_MARK = {mark: kind for kind in Kind for mark in kind.value}
_THAI = re.compile("[ก-ฮ]")
_LATIN = re.compile("[A-Za-z]")


_CLEAN: set[str] = set()
"""Short comments that many write, in which nothing was found: half of a file is made of them."""


def _keep_clean(text: str) -> None:
    if len(text) > 60:
        return
    if len(_CLEAN) >= 5_000:
        _CLEAN.clear()
    _CLEAN.add(text)


def redact(text: str) -> str:
    """The text with a word in place of each piece of personal data; the same text where none is
    found. Redacting it again changes nothing."""
    if text in _CLEAN:
        return text
    found = find(text)
    if not found:
        _keep_clean(text)
        return text
    language = _language_of(text, [span for span, _kind in found])
    parts, end = [], 0
    for (start, stop), kind in found:
        parts += [text[end:start], kind.word(language)]
        end = stop
    return "".join([*parts, text[end:]])


def find(text: str) -> list[tuple[Span, Kind]]:
    """What is found where, from left to right, nothing twice."""
    rest = _MARKS.sub(lambda mark: _TAKEN * len(mark[0]), text) if "[" in text else text
    rest = ascii_digits(rest)
    found: dict[Span, Kind] = {}
    while new := dict(_once(rest)):
        found |= new
        for start, stop in new:
            rest = rest[:start] + _TAKEN * (stop - start) + rest[stop:]
    return sorted(found.items(), key=lambda item: item[0])


def _once(rest: str) -> Iterator[tuple[Span, Kind]]:
    for kind, finder in FINDERS:
        for start, stop in list(finder(rest)):
            if _TAKEN in rest[start:stop]:
                continue
            rest = rest[:start] + _TAKEN * (stop - start) + rest[stop:]
            yield (start, stop), kind


def _language_of(text: str, found: list[Span]) -> str:
    """English where the rest of the text is: so it depends on the text alone, and what is sent
    again reads the same."""
    around, end = [], 0
    for start, stop in found:
        around.append(text[end:start])
        end = stop
    rest = "".join([*around, text[end:]])
    return "en" if _LATIN.search(rest) and not _THAI.search(rest) else "th"


def redacted(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with every text redacted."""
    return {
        code: redact(answer) if isinstance(answer, str) else answer
        for code, answer in answers.items()
    }


def kinds_marked(answers: Mapping[str, Any]) -> list[Kind]:
    """Of what kind something has been replaced in stored answers."""
    texts = (answer for answer in answers.values() if isinstance(answer, str) and "[" in answer)
    marked = {_KIND_OF_MARK[mark[0]] for text in texts for mark in _MARKS.finditer(text)}
    return [kind for kind in Kind if kind in marked]
