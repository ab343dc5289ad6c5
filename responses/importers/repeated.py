"""Cells that say what cells before them said: looked up, not read and checked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from responses.importers.values import Row
from responses.intake.answers import Asked

LONGEST = 60
"""Characters of a cell that is remembered; a longer one is seldom written twice."""
MOST = 50_000
"""Cells remembered, of all columns."""

Column = tuple[str, int, dict[str, Any]]
"""The code of its question, where it stands in a row, and what its cells became."""


class Repeated:
    """Remembers what a cell became by its text, for those who are asked the same. Only where an
    answer does not depend on the others, so never under conditions."""

    def __init__(self, columns: Mapping[str, int | None]) -> None:
        """Where the answer to each question stands; None where it stands in no column."""
        self._columns = columns
        self._known: dict[Any, Sequence[Column]] = {}
        self._count = 0

    def answers(self, asked: Asked, row: Row) -> dict[str, Any] | None:
        """The answers of a row as they are stored; None where it answers nothing, or one of its
        cells is new."""
        answers = {}
        try:
            for code, index, known in self._known[asked.key]:
                answer = known[row[index]]
                if answer is not None:
                    answers[code] = answer
        except KeyError:
            return None
        return answers or None

    def remember(self, asked: Asked, row: Row, answers: Mapping[str, Any]) -> None:
        """`answers` is all that became of a row in which every cell was understood."""
        if asked.conditions:
            return
        if self._count > MOST:
            self._known.clear()
            self._count = 0
        if asked.key not in self._known:
            self._known[asked.key] = [
                (code, index, {}) for code, index in self._columns.items() if index is not None
            ]
        for code, index, known in self._known[asked.key]:
            if len(row[index]) <= LONGEST and row[index] not in known:
                known[row[index]] = answers.get(code)
                self._count += 1
