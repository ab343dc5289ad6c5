"""The period of a wave that an import makes: as somebody says, as the mapping says, or as the file
shows, from the first of its months to the last."""

from __future__ import annotations

from calendar import month_name
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from responses.importers.encounters import last_of_month
from responses.importers.mapping import ColumnMapping, MappingError
from responses.importers.records import Records
from responses.importers.values import Moment
from surveys.rejections import Rejected
from surveys.tables import Table
from surveys.thai_dates import BUDDHIST_ERA, MONTHS, format_thai_date

ENGLISH_MONTHS = list(month_name)[1:]


def with_period(
    mapping: ColumnMapping,
    source: Table,
    *,
    first: date | None = None,
    last: date | None = None,
    title: str = "",
) -> ColumnMapping:
    """The mapping with the period of its wave, and {year} and {period} of its names filled in.

    Raise MappingError where only one end is given, or the file tells none.
    """
    wave = mapping.wave
    if bool(first) != bool(last):
        raise MappingError(_("Give both ends of the period: --from and --to."))
    starts = first or wave.starts_on
    ends = last or wave.ends_on
    if not (starts and ends):
        found = None if starts or ends else _found(mapping, source)
        if not found:
            return mapping
        starts, ends = found[0].replace(day=1), last_of_month(found[1])
    return replace(
        mapping,
        wave=replace(
            wave,
            code=wave.code.replace("{year}", str(starts.year)),
            title_th=title or wave.title_th.replace("{period}", _in_thai(starts, ends)),
            title_en=title or wave.title_en.replace("{period}", _in_english(starts, ends)),
            starts_on=starts,
            ends_on=ends,
        ),
    )


def _found(mapping: ColumnMapping, source: Table) -> tuple[date, date] | None:
    """The first and the last day of the file's rows, those without one left out."""
    if not mapping.time or not mapping.time.column:
        return None
    days: set[date] = set()
    with source.open() as rows:
        records = Records(rows, mapping.melt)
        moment = Moment(mapping.time, records.locate)
        for _number, row in records:
            try:
                days.add(moment.moment(row)[1])
            except (Rejected, IndexError):
                continue
    return (min(days), max(days)) if days else None


def _in_thai(first: date, last: date) -> str:
    if first.day != 1 or last != last_of_month(last):
        return f"{format_thai_date(first)} – {format_thai_date(last)}"
    start, end = MONTHS[first.month - 1], MONTHS[last.month - 1]
    year = last.year + BUDDHIST_ERA
    if (first.year, first.month) == (last.year, last.month):
        return f"{end} {year}"
    since = "" if first.year == last.year else f" {first.year + BUDDHIST_ERA}"
    return f"{start}{since}–{end} {year}"


def _in_english(first: date, last: date) -> str:
    if first.day != 1 or last != last_of_month(last):
        return f"{first:%d %b %Y} to {last:%d %b %Y}"
    start, end = ENGLISH_MONTHS[first.month - 1], ENGLISH_MONTHS[last.month - 1]
    if (first.year, first.month) == (last.year, last.month):
        return f"{end} {last.year}"
    since = "" if first.year == last.year else f" {first.year}"
    return f"{start}{since} to {end} {last.year}"
