"""The strategy's scorecard, as everybody may see it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from analytics.scorecard import records, words
from analytics.scorecard.scorecard import Line, scorecard
from analytics.scorecard.years import LAST_YEAR


class Command(BaseCommand):
    help = "Show every indicator of the strategy with its newest value, target, status and source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="with all values, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = scorecard()
        if options["json"]:
            text = json.dumps(records.records(lines), ensure_ascii=False, indent=1)
        else:
            text = "\n".join(map(_line, lines))
        self.stdout.write(text)


def _line(line: Line) -> str:
    indicator, newest = line.indicator, line.newest
    target = "–" if indicator.target is None else words.short(indicator.target, indicator.unit)
    value = words.value_text(newest, indicator) if newest else "–"
    year = str(newest.fiscal_year) if newest else "–"
    source = newest.source if newest else "–"
    simulated = " SIMULATED" if newest and newest.simulated else ""
    return (
        f"{indicator.code:24} {value:20} {year:4}  target {target} by {LAST_YEAR}"
        f" ({indicator.direction})  {line.judgement.status}  {source}{simulated}"
    )
