"""The quality report of a wave, as its page gives it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from analytics.dashboards.quality import quality_of
from surveys.models import Wave


class Command(BaseCommand):
    help = "Say how good the figures of a closed wave are, by the headings of the ESS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", help="the wave's code")
        parser.add_argument("--json", action="store_true", help="print it as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            raise CommandError(f"No wave has the code {options['wave']}.")
        if wave.state in (Wave.State.DRAFT, Wave.State.OPEN):
            raise CommandError(f"{wave.code} has not closed: its figures still move.")
        with translation.override("en"):
            found = quality_of(wave)
        if found is None:
            raise CommandError(f"{wave.code} has no figures, or the nation's are suppressed.")
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for heading, facts in found.items():
            self.stdout.write(heading.replace("_", " "))
            for line in facts if isinstance(facts, list) else [facts]:
                self.stdout.write(f"  {_in_a_line(line)}")


def _in_a_line(facts: Any) -> str:
    if not isinstance(facts, dict):
        return "–" if facts is None else str(facts)
    return "; ".join(f"{name} {_short(value)}" for name, value in facts.items())


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"({_in_a_line(value)})" if isinstance(value, dict) else _in_a_line(value)
