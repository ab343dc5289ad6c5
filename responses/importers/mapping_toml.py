"""Mappings read from TOML. Every message names the entry at fault."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from responses.importers.layout import Layout
from responses.importers.mapping import (
    EVERY_ROW,
    AgencyCells,
    Answer,
    Cell,
    ChannelCells,
    ColumnMapping,
    MappingError,
    Melt,
    Named,
    QuestionnaireDefaults,
    WaveDefaults,
)
from surveys.kinds import KINDS, rating
from surveys.method import Method
from surveys.models import Agency
from surveys.moments import ORDERS
from surveys.thai_dates import parse_date
from surveys.thai_text import normalise

SHIPPED = Path(__file__).resolve().parent.parent / "mappings"

READINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "time": {"order": ORDERS},
    "weight": {"decimal": (".", ",")},
}
"""How cells of these entries may be said to be written."""


def load_mapping(name: str) -> ColumnMapping:
    """The mapping in the file `name`, or the shipped one of that name. Raise MappingError."""
    path = Path(name)
    if not path.is_file() and (SHIPPED / f"{name}.toml").is_file():
        path = SHIPPED / f"{name}.toml"
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MappingError(
            _("Mapping %(file)s cannot be opened: %(why)s. Shipped mappings: %(shipped)s")
            % {
                "file": name,
                "why": error.strerror,
                "shipped": ", ".join(sorted(shipped.stem for shipped in SHIPPED.glob("*.toml"))),
            }
        ) from error
    except ValueError as error:
        raise MappingError(
            _("Mapping %(file)s is not TOML: %(why)s") % {"file": path, "why": error}
        ) from error
    try:
        return read_mapping(entries)
    except MappingError as error:
        raise MappingError(_("Mapping %(file)s: %(why)s") % {"file": path, "why": error}) from error


def read_mapping(entries: dict[str, Any]) -> ColumnMapping:
    """The mapping that these TOML entries declare. Raise MappingError."""
    mapping = _Table("", entries)
    mapping.allow((*ColumnMapping.__dataclass_fields__, *Layout.__dataclass_fields__))
    mapping.need("source", "service", "channel", "answers")
    answers = mapping.table("answers")
    encounters = mapping.text("encounters")
    if encounters not in ("", EVERY_ROW):
        raise MappingError(_("“encounters” can only be “rows”."))
    delimiter = mapping.text("delimiter") or ","
    if len(delimiter) != 1:
        raise MappingError(_("“delimiter” must be one character."))
    return ColumnMapping(
        source=mapping.text("source"),
        agency=_agency(mapping.table("agency")) if "agency" in entries else None,
        service=_named(mapping.table("service")),
        channel=_channel(mapping.table("channel")),
        service_point=(
            _named(mapping.table("service_point")) if "service_point" in entries else None
        ),
        answers={code: _answer(answers.table(code), code) for code in answers.entries},
        time=mapping.cell("time"),
        finished=normalise(mapping.text("finished")),
        leave_out=_leave_out(mapping.table("leave_out")),
        layout=_layout(mapping),
        respondent=mapping.cell("respondent"),
        stratum=mapping.cell("stratum"),
        psu=mapping.cell("psu"),
        weight=mapping.cell("weight"),
        weights_by=mapping.text("weights_by"),
        key=tuple(mapping.texts("key")),
        no_answer=frozenset(mapping.texts("no_answer") or [""]),
        encounters=encounters,
        delimiter=delimiter,
        melt=_melt(mapping.table("melt")) if "melt" in entries else None,
        questionnaire=_questionnaire(mapping.table("questionnaire")),
        wave=_wave(mapping.table("wave")),
    )


@dataclass(frozen=True)
class _Table:
    """A table of the TOML file, which knows its name for messages."""

    name: str
    entries: dict[str, Any]

    def at(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def allow(self, keys: Iterable[str]) -> None:
        if unknown := sorted(set(self.entries) - set(keys)):
            raise MappingError(
                _("unknown entry “%(entry)s”. Known here: %(known)s")
                % {"entry": self.at(unknown[0]), "known": ", ".join(sorted(keys))}
            )

    def need(self, *keys: str) -> None:
        for key in keys:
            if self.entries.get(key) in (None, "", {}, []):
                raise MappingError(_("“%(entry)s” is missing.") % {"entry": self.at(key)})

    def table(self, key: str) -> _Table:
        entry = self.entries.get(key, {})
        if not isinstance(entry, dict):
            raise MappingError(_("“%(entry)s” must be a table.") % {"entry": self.at(key)})
        return _Table(self.at(key), entry)

    def text(self, key: str) -> str:
        entry = self.entries.get(key, "")
        if not isinstance(entry, str):
            raise MappingError(_("“%(entry)s” must be a text.") % {"entry": self.at(key)})
        return entry

    def one_of(self, key: str, allowed: Iterable[str]) -> None:
        if key in self.entries and self.entries[key] not in allowed:
            raise MappingError(
                _("“%(entry)s” must be one of: %(allowed)s")
                % {"entry": self.at(key), "allowed": ", ".join(allowed)}
            )

    def texts(self, key: str) -> list[str]:
        entry = self.entries.get(key, [])
        entry = [entry] if isinstance(entry, str) else entry
        if not isinstance(entry, list) or not all(isinstance(text, str) for text in entry):
            raise MappingError(_("“%(entry)s” must be a list of texts.") % {"entry": self.at(key)})
        return entry

    def day(self, key: str) -> date | None:
        entry = self.entries.get(key)
        try:
            return parse_date(str(entry)) if entry else None
        except ValueError as error:
            raise MappingError(
                _("“%(entry)s” must be a date.") % {"entry": self.at(key)}
            ) from error

    def cell(self, key: str) -> Cell | None:
        """A text is a constant; a table names a column."""
        if key not in self.entries:
            return None
        name = self.at(key).removesuffix(".code")
        extra = READINGS.get(name, ())
        if isinstance(self.entries[key], str):
            return Cell(name, constant=self.entries[key])
        table = self.table(key)
        table.allow(["column", "values", "prefix", "suffix", *extra])
        for entry in extra:
            table.one_of(entry, READINGS[name][entry])
        return table.as_cell(name)

    def as_cell(self, name: str) -> Cell:
        self.need("column")
        values = self.table("values").entries if "values" in self.entries else None
        return Cell(
            name,
            column=normalise(self.text("column")),
            values=values and {normalise(key): str(value) for key, value in values.items()},
            prefix=self.text("prefix"),
            suffix=self.text("suffix"),
            order=self.text("order"),
            decimal=self.text("decimal"),
        )


def _names(table: _Table) -> dict[str, Any]:
    table.need("code")
    return {key: table.cell(key) for key in ("code", "name_th", "name_en")}


def _named(table: _Table) -> Named:
    table.allow(["code", "name_th", "name_en"])
    return Named(**_names(table))


def _agency(table: _Table) -> AgencyCells:
    table.allow(["code", "name_th", "name_en", "kind", "parent"])
    kind = table.text("kind") or Agency.Kind.DEPARTMENT
    if kind not in Agency.Kind.values:
        raise MappingError(
            _("“%(entry)s” must be one of: %(allowed)s")
            % {"entry": table.at("kind"), "allowed": ", ".join(Agency.Kind.values)}
        )
    parent = _agency(table.table("parent")) if "parent" in table.entries else None
    return AgencyCells(**_names(table), kind=kind, parent=parent)


def _channel(table: _Table) -> ChannelCells:
    table.allow(["code", "name_th", "name_en", "family"])
    return ChannelCells(**_names(table), family=table.cell("family"))


def _answer(table: _Table, code: str) -> Answer:
    table.allow(["column", "values", "prefix", "suffix", "kind", "text_th", "text_en"])
    kind = table.text("kind") or rating.KIND.code
    if kind not in KINDS:
        raise MappingError(
            _("“%(entry)s” must be one of: %(allowed)s")
            % {"entry": table.at("kind"), "allowed": ", ".join(KINDS)}
        )
    return Answer(table.as_cell(code), kind, table.text("text_th"), table.text("text_en"))


def _leave_out(table: _Table) -> dict[str, frozenset[str]]:
    return {
        normalise(column): frozenset(map(normalise, table.texts(column)))
        for column in table.entries
    }


def _layout(table: _Table) -> Layout:
    for name in ("header_row", "header_rows"):
        number = table.entries.get(name, 1)
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise MappingError(_("“%(entry)s” must be the number of a row.") % {"entry": name})
    table.text("sheet")
    return Layout.of(table.entries)


def _melt(table: _Table) -> Melt:
    table.allow(Melt.__dataclass_fields__)
    table.need("columns", "name_column", "value_column")
    columns = table.table("columns")
    return Melt(
        columns={normalise(name): columns.text(name) for name in columns.entries},
        name_column=table.text("name_column"),
        label_column=table.text("label_column"),
        value_column=table.text("value_column"),
    )


def _questionnaire(table: _Table) -> QuestionnaireDefaults:
    table.allow(QuestionnaireDefaults.__dataclass_fields__)
    return QuestionnaireDefaults(
        code=table.text("code"),
        title_th=table.text("title_th"),
        title_en=table.text("title_en"),
        overall=table.text("overall") or "OV",
    )


def _wave(table: _Table) -> WaveDefaults:
    table.allow(WaveDefaults.__dataclass_fields__)
    year = table.entries.get("fiscal_year")
    if not isinstance(year, int | None) or isinstance(year, bool):
        raise MappingError(_("“wave.fiscal_year” must be a number, such as 2567."))
    method = table.table("method").entries
    try:
        Method.from_dict(method)
    except (TypeError, ValidationError) as error:
        raise MappingError(
            _("“wave.method”: %(why)s")
            % {"why": "; ".join(getattr(error, "messages", [str(error)]))}
        ) from error
    return WaveDefaults(
        code=table.text("code"),
        title_th=table.text("title_th"),
        title_en=table.text("title_en"),
        starts_on=table.day("starts_on"),
        ends_on=table.day("ends_on"),
        fiscal_year=year,
        method=method,
    )
