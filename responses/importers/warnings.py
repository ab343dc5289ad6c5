"""What a mapping leaves out of a file that would make its figures look surer than they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from django.utils.translation import gettext as _

from responses.importers.mapping import Cell, ColumnMapping
from responses.importers.names import DESIGN, plain, plain_names


def warnings_of(mapping: ColumnMapping, header: Sequence[str]) -> list[str]:
    """A sentence for each thing that whoever imports the file should know first."""
    said = [_melts_without_respondent()] if _melts_people(mapping) else []
    ignored = sorted(_ignored_design(mapping, header))
    if ignored:
        said.append(
            _(
                "The file has columns of a sampling design that the mapping does not use:"
                " %(columns)s. Without them intervals may be too narrow."
            )
            % {"columns": ", ".join(ignored)}
        )
    return said


def _melts_people(mapping: ColumnMapping) -> bool:
    melt = mapping.melt
    return melt is not None and len(melt.columns) > 1 and mapping.respondent is None


def _melts_without_respondent() -> str:
    return _(
        "The mapping makes several answers of one row but names no respondent: each counts as"
        " another person, so that intervals are too narrow. Name the column of the person"
        " (“respondent”) and declare clusters by respondent."
    )


def _ignored_design(mapping: ColumnMapping, header: Sequence[str]) -> Iterator[str]:
    used = {plain(column) for column in (*_columns(mapping), *mapping.key, mapping.weights_by)}
    for column in header:
        names = [plain(column), *plain_names(column)]
        if plain(column) not in used and any(
            name in known for name in names for known in DESIGN.values()
        ):
            yield column


def _columns(part: Any) -> Iterator[str]:
    """The columns that the cells of a mapping name, wherever they stand in it."""
    if isinstance(part, Cell):
        yield part.column
    elif is_dataclass(part):
        for field in fields(part):
            yield from _columns(getattr(part, field.name))
    elif isinstance(part, dict):
        for each in part.values():
            yield from _columns(each)
