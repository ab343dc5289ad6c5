"""The years of the strategy. Fiscal years are those of the Buddhist Era."""

from __future__ import annotations

from datetime import date, timedelta

from surveys.thai_dates import BUDDHIST_ERA, fiscal_year_be

FIRST_YEAR, LAST_YEAR = 2567, 2570


def last_day(fiscal_year: int) -> date:
    return date(fiscal_year - BUDDHIST_ERA, 9, 30)


def first_day(fiscal_year: int) -> date:
    return last_day(fiscal_year - 1) + timedelta(days=1)


BEGAN = last_day(FIRST_YEAR - 1)
"""The day on whose evening the strategy began: where a value stood before it."""
ENDS = last_day(LAST_YEAR)


def years_since(day: date) -> float:
    """Fiscal years from the evening of `BEGAN` to that of `day`: 1.0 at the end of 2567."""
    year = fiscal_year_be(day)
    begins = last_day(year - 1)
    return year - FIRST_YEAR + (day - begins).days / (last_day(year) - begins).days
