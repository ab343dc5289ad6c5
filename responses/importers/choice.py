"""What somebody chose for each field: a column, or one value for every row; as a mapping.

Only columns are chosen. How their cells are read (words as ratings, names as codes, what is no
answer) follows from what the cells say, and is part of the mapping, so that it is the same for
every row and can be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from responses.importers import readings
from responses.importers.exports import recognise
from responses.importers.known import Known, choices_of
from responses.importers.look import Look
from responses.importers.mapping import ColumnMapping
from responses.importers.mapping_toml import read_mapping
from surveys.kinds import kind_of
from surveys.kinds.base import Reading
from surveys.models import Question

PLACES = ("service", "channel", "service_point", "agency")
MEANINGS: Mapping[Reading, Callable[[Look, str, Question], Mapping[str, str] | None]] = {
    Reading.RATING: lambda look, column, _question: look.scale(column).values,
    Reading.CHOICE: lambda look, column, question: readings.code_values(
        look.values(column), choices_of(question), look.labels.get(column, {})
    ),
    Reading.AS_WRITTEN: lambda _look, _column, _question: None,
}
CELLS = (*PLACES, "time", "respondent", "stratum", "psu", "weight")


@dataclass(frozen=True)
class Choice:
    """`columns` and `constants` by field: one of CELLS, or `answer:CODE`."""

    source: str
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    key: Sequence[str] = ()
    finished: str = ""
    leave_out: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: str = ""
    """Whether day or month comes first, where somebody said so; likewise the decimal sign."""
    decimal: str = ""
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)
    """By question, what somebody said that the values of its column mean."""
    no_answer: Sequence[str] = ()
    every_row_counts: bool = False

    def entries(self, look: Look, known: Known) -> dict[str, Any]:
        """The entries of the mapping, as a TOML file would have them."""
        entries: dict[str, Any] = {
            "source": self.source,
            "key": list(self.key),
            "no_answer": ["", *self.no_answer],
            "delimiter": look.delimiter,
            **look.layout.entries(),
            "answers": {},
        }
        if self.leave_out:
            entries["leave_out"] = {column: list(v) for column, v in self.leave_out.items()}
        if self.finished:
            entries["finished"] = self.finished
        if self.every_row_counts:
            entries["encounters"] = "rows"
        for name in CELLS:
            if cell := self._cell(name, look, known):
                entries[name] = {"code": cell} if name in PLACES else cell
        for question in known.questions:
            if column := self.columns.get(f"answer:{question.code}"):
                entries["answers"][question.code] = self._answer(question, column, look)
        return entries

    def mapping(self, look: Look, known: Known) -> ColumnMapping:
        """Raise MappingError where something needed was not chosen."""
        return read_mapping(self.entries(look, known))

    def _cell(self, name: str, look: Look, known: Known) -> Any:
        if constant := self.constants.get(name):
            return constant
        if not (column := self.columns.get(name)):
            return None
        cell: dict[str, Any] = {"column": column}
        values = look.values(column)
        labels = look.labels.get(column, {})
        if name in PLACES and (read_as := readings.code_values(values, known.codes(name), labels)):
            cell["values"] = read_as
        decimal = self.decimal or readings.decimal_of(look.cells(column))
        if name == "weight" and decimal:
            cell["decimal"] = decimal
        if name == "time" and (order := self.order or readings.order_of(values)):
            cell["order"] = order
        export = recognise(look.header)
        utc = name == "time" and export is not None and column in export.utc
        if utc and readings.is_without_zone(values):
            cell["suffix"] = "+00:00"
        return cell

    def _answer(self, question: Question, column: str, look: Look) -> dict[str, Any]:
        kind = kind_of(question)
        answer: dict[str, Any] = {"column": column, "kind": kind.code}
        if read_as := MEANINGS[kind.reading](look, column, question):
            answer["values"] = dict(read_as)
        elif kind.reading is Reading.RATING and look.scale(column).problem:
            answer["values"] = dict(self.meanings.get(question.code, {}))
        return answer


def chosen_in(entries: Mapping[str, Any]) -> Choice:
    """The choice that these entries of a mapping express; the way back from `entries`."""
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    meanings: dict[str, Mapping[str, str]] = {}
    for name in CELLS:
        cell = entries.get(name)
        if name in PLACES and isinstance(cell, dict):
            cell = cell.get("code")
        if isinstance(cell, str):
            constants[name] = cell
        elif isinstance(cell, dict):
            columns[name] = cell["column"]
    for code, answer in entries.get("answers", {}).items():
        columns[f"answer:{code}"] = answer["column"]
        if values := answer.get("values"):
            meanings[code] = values
    time, weight = entries.get("time"), entries.get("weight")
    return Choice(
        source=entries.get("source", ""),
        columns=columns,
        constants=constants,
        key=entries.get("key", []),
        finished=entries.get("finished", ""),
        leave_out=entries.get("leave_out", {}),
        meanings=meanings,
        order=time.get("order", "") if isinstance(time, dict) else "",
        decimal=weight.get("decimal", "") if isinstance(weight, dict) else "",
        no_answer=[value for value in entries.get("no_answer", []) if value],
        every_row_counts=bool(entries.get("encounters")),
    )
