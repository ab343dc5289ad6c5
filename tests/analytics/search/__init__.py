"""Queries with known answers: comments that people cut into words by hand, and what is looked for.

In `comments.txt` a bar stands between two words, also where none is written; a space is a space of
the text, and where it stands within a word it is one that was typed by mistake. In `queries.txt`
each line is a query, with what is meant by it behind “=” where a space went astray. A comment is an
answer where every word that is meant stands in it as one or more whole words, whatever the spaces;
an English word also where it begins one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
THAI = re.compile("[\u0e01-\u0e4e]")


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def cut() -> list[str]:
    return _lines("comments.txt")


def queries() -> list[tuple[str, str]]:
    """What is typed, and what is meant."""
    typed = (line.partition(" = ") for line in _lines("queries.txt"))
    return [(query, meant or query) for query, _sign, meant in typed]


def text_of(line: str) -> str:
    """As the citizen wrote it."""
    return line.replace("|", "")


def answers(meant: str) -> set[int]:
    """Numbers of the comments that it should find."""
    return {
        number
        for number, line in enumerate(cut())
        if all(_holds(list(_words(line)), word.casefold()) for word in meant.split())
    }


def _words(line: str) -> Iterator[str]:
    for piece in line.casefold().split("|"):
        if THAI.search(piece):
            yield piece.replace(" ", "")
        else:
            yield from re.findall(r"\w+", piece)


def _holds(words: list[str], wanted: str) -> bool:
    if not THAI.search(wanted):
        return any(word.startswith(wanted) for word in words)
    runs = ("".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1))
    return wanted in runs
