"""Statements over single answers, of which a nation has hundreds of millions: each names a wave, or
the keys of rows. So none goes over all of them, and a database for some of the waves would know
what it is asked for (docs/decisions/0058)."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
OURS = tuple(str(ROOT / app) for app in ("analytics", "responses", "surveys"))
THEIRS = tuple(str(ROOT / folder) for folder in ("tests", "benchmarks"))

TABLES = "response|revision|leaf|journalentry|comment|flag|laterrating"
OF_ANSWERS = re.compile(rf'\b(FROM|JOIN|UPDATE) "responses_({TABLES})"')
KEYS = "wave_id|response_id|comment_id|receipt|submission_key"
NAMED = re.compile(rf'"({KEYS})" (=|IN )|"(responses_\w+|U\d)"\."id" (=|IN )')
AT_LARGE = {
    "responses/comments/complaining.py": "a number of comments: the newest, or the next ones",
    "responses/comments/topics.py": "the next ones, once the dictionary has changed",
    "surveys/admin/office.py": "whether an answer names a record that is to be deleted",
    "responses/comments/improvements.py": "what the citizens of one agency wrote",
}
"""Modules that ask for more, and what for."""


def names_its_rows(statement: str) -> bool:
    _before, _where, condition = statement.partition(" WHERE ")
    return not OF_ANSWERS.search(statement) or bool(NAMED.search(condition))


@contextmanager
def watched() -> Iterator[list[str]]:
    """Gives the statements of the product that name neither, with whose they are."""
    found: list[str] = []

    def watch(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        if not names_its_rows(statement):
            module = _whose()
            if module and module not in AT_LARGE:
                found.append(f"{module}: {statement}")
        return execute(statement, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def _whose() -> str:
    """The module that asks; nothing where a test does."""
    frame = sys._getframe(2)
    while frame:
        name = frame.f_code.co_filename
        if name.startswith(THEIRS):
            break
        if name.startswith(OURS):
            return str(Path(name).relative_to(ROOT))
        frame = frame.f_back
    return ""
