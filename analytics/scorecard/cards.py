"""What the page and the report show of an indicator: its line in words, with its drawing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analytics.scorecard import charts, words
from analytics.scorecard.indicator import Entered, Indicator
from analytics.scorecard.scorecard import Line
from analytics.scorecard.status import Because, Status
from analytics.scorecard.values import Unit, Value

MARKS = {
    Status.REACHED: "met",
    Status.ON_COURSE: "on-course",
    Status.OFF_COURSE: "not-met",
    Status.NOT_YET_KNOWN: "inconclusive",
}


@dataclass(frozen=True)
class Row:
    """One year in the table behind the drawing."""

    fiscal_year: int
    number: str
    interval: str
    of: str
    as_of: date
    source: str
    link: str
    simulated: bool


@dataclass(frozen=True)
class Card:
    indicator: Indicator
    mark: str
    status: str
    target: str
    why: str
    remark: str
    newest: Row | None
    rows: list[Row]
    multiple: charts.Multiple | None
    simulated: bool
    has_intervals: bool
    has_parts: bool
    entered: bool
    forecasts: bool


def card(line: Line) -> Card:
    rows = [_row(value, line.indicator) for value in reversed(line.values)]
    return Card(
        indicator=line.indicator,
        mark=MARKS[line.judgement.status],
        status=words.status_word(line.judgement.status),
        target=words.target_text(line.indicator),
        why=words.why(line),
        remark=line.remark,
        newest=rows[0] if rows else None,
        rows=rows,
        multiple=charts.multiple(line),
        simulated=line.simulated,
        has_intervals=any(row.interval for row in rows),
        has_parts=any(row.of for row in rows),
        entered=isinstance(line.indicator, Entered),
        forecasts=line.judgement.because == Because.FORECAST,
    )


def _row(value: Value, indicator: Indicator) -> Row:
    number = words.of_indicator(value.value, indicator)
    if indicator.unit == Unit.COUNT:
        number = f"{number} {indicator.counted}"
    has_interval = value.low is not None and value.high is not None
    return Row(
        value.fiscal_year,
        number,
        words.interval(value.low, value.high, indicator) if has_interval else "",  # type: ignore[arg-type]
        value.of,
        value.as_of,
        value.source,
        value.link,
        value.simulated,
    )
