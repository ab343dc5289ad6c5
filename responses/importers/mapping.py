"""What a mapping can say: which column of a file is what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from responses.importers.layout import AS_FOUND, Layout
from surveys.kinds import rating
from surveys.models import Agency

EVERY_ROW = "rows"


class MappingError(Exception):
    """The mapping cannot be used; the message names the entry and what to write."""


@dataclass(frozen=True)
class Cell:
    """A value of a row: what a column says, looked up in `values` if given, between `prefix` and
    `suffix`; or, with no column, the same `constant` for every row."""

    name: str
    column: str = ""
    constant: str = ""
    values: dict[str, str] | None = None
    prefix: str = ""
    suffix: str = ""
    order: str = ""
    """Of dates in numbers: whether the day or the month comes first."""
    decimal: str = ""
    """Of weights: the sign before their decimals."""


@dataclass(frozen=True)
class Named:
    """A record of the registry: its code, and the names it gets if the import creates it."""

    code: Cell
    name_th: Cell | None = None
    name_en: Cell | None = None


@dataclass(frozen=True)
class AgencyCells(Named):
    kind: str = Agency.Kind.DEPARTMENT
    parent: AgencyCells | None = None


@dataclass(frozen=True)
class ChannelCells(Named):
    family: Cell | None = None


@dataclass(frozen=True)
class Answer:
    """Where the answer to a question is, and how the question reads if the import creates it."""

    cell: Cell
    kind: str = rating.KIND.code
    text_th: str = ""
    text_en: str = ""


@dataclass(frozen=True)
class Melt:
    """Turns columns into rows: each column of `columns` becomes a row with the column's name, its
    label and its value in three new columns."""

    columns: dict[str, str]
    name_column: str
    label_column: str
    value_column: str


@dataclass(frozen=True)
class QuestionnaireDefaults:
    code: str = ""
    title_th: str = ""
    title_en: str = ""
    overall: str = "OV"


@dataclass(frozen=True)
class WaveDefaults:
    code: str = ""
    title_th: str = ""
    title_en: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    fiscal_year: int | None = None
    method: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ColumnMapping:
    """What each column of a file is. `key` names the columns that tell rows apart for ever."""

    source: str
    service: Named
    channel: ChannelCells
    answers: dict[str, Answer]
    agency: AgencyCells | None = None
    service_point: Named | None = None
    time: Cell | None = None
    finished: str = ""
    leave_out: dict[str, frozenset[str]] = field(default_factory=dict)
    """Rows of which one of these columns says one of these things are no citizen's answer."""
    respondent: Cell | None = None
    stratum: Cell | None = None
    psu: Cell | None = None
    weight: Cell | None = None
    weights_by: str = ""
    key: tuple[str, ...] = ()
    no_answer: frozenset[str] = frozenset({""})
    encounters: str = ""
    delimiter: str = ","
    layout: Layout = AS_FOUND
    melt: Melt | None = None
    questionnaire: QuestionnaireDefaults = QuestionnaireDefaults()
    wave: WaveDefaults = WaveDefaults()
