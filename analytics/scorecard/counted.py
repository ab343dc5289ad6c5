"""What the registers hold, counted as it stood on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from analytics.scorecard.values import Value
from surveys.models import Process, Undertaking

Row = TypeVar("Row", Process, Undertaking)


def undertakings(kind: str) -> list[Undertaking]:
    """Retired ones left out: they never counted."""
    return list(Undertaking.objects.filter(kind=kind, retired_on=None))


def standing(rows: Sequence[Row], day: date) -> list[Row]:
    """Those not retired by then."""
    return [row for row in rows if row.retired_on is None or row.retired_on > day]


def done_by(rows: Sequence[Undertaking], day: date) -> list[Undertaking]:
    return [row for row in rows if row.done_on and row.done_on <= day]


def done(kind: str, days: Sequence[tuple[int, date]]) -> list[Value]:
    """How many of a kind were done by each of these days; none where none was ever listed."""
    listed = undertakings(kind)
    return [counted(year, day, done_by(listed, day), []) for year, day in days if listed]


def valued(
    year: int, day: date, part: Sequence[Undertaking], whole: Sequence[Undertaking]
) -> Value:
    """The share of some among all."""
    of = _("%(part)s of %(whole)s") % {"part": f"{len(part):,}", "whole": f"{len(whole):,}"}
    return _value(year, day, len(part) / len(whole), of, [*part, *whole])


def counted(year: int, day: date, rows: Sequence[Row], among: Sequence[Row]) -> Value:
    """How many; `among` so many that count at all."""
    of = _("of %(whole)s eligible") % {"whole": f"{len(among):,}"} if among else ""
    return _value(year, day, len(rows), of, [*rows, *among])


def _value(year: int, day: date, value: float, of: str, rows: Sequence[Row]) -> Value:
    simulated = any(row.simulated for row in rows)
    return Value(year, value, day, _("the register"), of=of, simulated=simulated)
