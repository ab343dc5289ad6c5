"""Cells of an uploaded row, read or rejected in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from surveys.rejections import Rejected
from surveys.row_files import Row
from surveys.thai_dates import parse_date
from surveys.thai_text import parse_decimal

Record = TypeVar("Record", bound=models.Model)
YES = frozenset({"1", "true", "yes", "y", "ใช่"})
NO = frozenset({"", "0", "false", "no", "n", "ไม่ใช่", "ไม่"})


def date_in(row: Row, name: str) -> date | None:
    """The date in the cell; None where it is empty."""
    try:
        return parse_date(row[name]) if row[name] else None
    except ValueError:
        raise Rejected(
            name,
            row[name],
            _("“%(text)s” is not a date. Write 2024-01-31, 31/01/2567 or ๓๑/๐๑/๒๕๖๗.")
            % {"text": row[name]},
        ) from None


def amount_in(row: Row, name: str) -> Decimal | None:
    """The number of 0 or more in the cell; None where it is empty."""
    try:
        amount = parse_decimal(row[name]) if row[name] else None
        if amount is not None and amount < 0:
            raise ValueError(row[name])
    except ValueError:
        raise Rejected(
            name,
            row[name],
            _("“%(text)s” is not an amount. Enter a number of 0 or more.") % {"text": row[name]},
        ) from None
    return amount


def choice_in(row: Row, name: str, choices: type[models.TextChoices]) -> str:
    """The code in the cell, whether the file says the code or its words."""
    said = row[name].casefold()
    for choice in choices:
        if said in (str(choice.value).casefold(), str(choice.label).casefold()):
            return str(choice.value)
    known = in_words(choices)
    raise Rejected(
        name,
        row[name],
        _("“%(text)s” is none of: %(known)s.") % {"text": row[name], "known": known},
    )


def in_words(choices: type[models.TextChoices]) -> str:
    """The codes that a cell may have, each with what it stands for."""
    return ", ".join(f"{choice.value} ({choice.label})" for choice in choices)


def yes_in(row: Row, name: str) -> bool:
    said = row[name].casefold()
    if said not in YES | NO:
        raise Rejected(
            name, row[name], _("“%(text)s” is neither yes nor no.") % {"text": row[name]}
        )
    return said in YES


def known_in(row: Row, name: str, known: dict[str, Record]) -> Record:
    """The record that the cell's code names."""
    if row[name] not in known:
        raise Rejected(
            name,
            row[name],
            _("“%(code)s” is not in the registry, or not yours to enter.") % {"code": row[name]},
        )
    return known[row[name]]
