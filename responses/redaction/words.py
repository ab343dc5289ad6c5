"""The lists of words.toml, as patterns."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_LISTS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def _beginnings(words: str) -> re.Pattern[str]:
    patterns = (f"{word[:-1]}$" if word.endswith("|") else word for word in words.split())
    return re.compile("|".join(patterns))


def _any_of(words: str) -> str:
    """A pattern for one of them, the longest that fits."""
    return "|".join(re.escape(word) for word in sorted(words.split(), key=len, reverse=True))


BEFORE_TITLES: list[str] = _LISTS["before_titles"].split()
AFTER_NAMES = _beginnings(_LISTS["after_names"])
NOT_SURNAMES = _beginnings(_LISTS["after_names"] + _LISTS["not_surnames"])
NOT_NAMES = _beginnings(_LISTS["not_names"])
NOT_NAMES_AFTER = {
    title: _beginnings((_LISTS["after_names"] if title == "office" else "") + words)
    for title, words in _LISTS["not_names_after"].items()
}
RANK = _any_of(_LISTS["ranks"])
NICKNAME = _any_of(_LISTS["nicknames"])
PROVINCE = _any_of(_LISTS["provinces"])
