"""The scorecard as records: for the API, the files, the command, and what a release freezes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import translation

from analytics.scorecard import words
from analytics.scorecard.scorecard import Line, scorecard
from analytics.scorecard.values import Value
from analytics.scorecard.years import LAST_YEAR
from surveys.csv_files import harmless

COLUMNS = (
    "indicator",
    "name_th",
    "name_en",
    "unit",
    "direction",
    "target",
    "target_year",
    "fiscal_year",
    "value",
    "low",
    "high",
    "as_of",
    "source",
    "link",
    "simulated",
    "status",
)


def record(line: Line) -> dict[str, Any]:
    """One indicator with all its values. Shares are of one."""
    indicator, newest = line.indicator, line.newest
    return {
        "code": indicator.code,
        **_names(line),
        "unit": str(indicator.unit),
        "target": indicator.target,
        "target_year": LAST_YEAR,
        "direction": str(indicator.direction),
        "origin": str(indicator.origin),
        "status": str(line.judgement.status),
        "because": str(line.judgement.because),
        "why": words.why(line),
        "path": line.judgement.path,
        "remark": line.remark,
        "simulated": line.simulated,
        "newest": newest and _value(newest),
        "values": [_value(value) for value in line.values],
        "forecast": line.outlook
        and {
            "on": line.outlook.on.isoformat(),
            "value": line.outlook.value,
            "low": line.outlook.low,
            "high": line.outlook.high,
            "periods": line.outlook.periods,
        },
    }


def records(lines: Sequence[Line] | None = None) -> list[dict[str, Any]]:
    return [record(line) for line in (scorecard() if lines is None else lines)]


def as_csv(lines: Sequence[Line]) -> str:
    """One row for each value, and one for an indicator without any; for Excel."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in lines:
        for row in _rows(line):
            writer.writerow([harmless("" if cell is None else cell) for cell in row])
    return "\ufeff" + text.getvalue()


def _rows(line: Line) -> Iterator[list[Any]]:
    said = record(line)
    shared = said | {"indicator": said["code"]}
    for value in said["values"] or [{}]:
        cells = {"source": "", "simulated": ""} | value
        yield [(shared | cells).get(name) for name in COLUMNS]


def _names(line: Line) -> dict[str, str]:
    names = {}
    for language in ("th", "en"):
        with translation.override(language):
            names[f"name_{language}"] = str(line.indicator.name)
    return names


def _value(value: Value) -> dict[str, Any]:
    return {
        "fiscal_year": value.fiscal_year,
        "value": value.value,
        "low": value.low,
        "high": value.high,
        "outcome": value.outcome or None,
        "as_of": value.as_of.isoformat(),
        "source": value.source,
        "link": value.link,
        "of": value.of,
        "simulated": value.simulated,
    }
