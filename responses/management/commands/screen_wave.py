"""Screen a wave now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.models import AgencyScreening
from responses.screening.rules import RULES
from responses.screening.screen import declared_rules, screen
from surveys.models import Wave


class Command(BaseCommand):
    help = "Screen what has come in for a wave, and show what each rule found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", help="the wave's code")
        parser.add_argument(
            "--anew", action="store_true", help="read every response, whatever is kept of it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            raise CommandError(f"No wave has the code {options['wave']}.")
        declared = declared_rules(wave)
        if declared is None:
            raise CommandError(f"Wave {wave.code} declared no rules of screening when it opened.")
        agencies = screen(wave, now=True, anew=options["anew"])
        screenings = list(AgencyScreening.objects.filter(wave=wave))
        for name in declared.rules:
            counts = [each.counts(name) for each in screenings]
            flagged = sum(count["flagged"] for count in counts)
            aside = sum(count["set_aside"] for count in counts)
            self.stdout.write(f"{RULES[name].title!s:40} {flagged:>9,} {aside:>9,}")
        answers = sum(each.answers for each in screenings)
        aside = sum(each.set_aside for each in screenings)
        self.stdout.write(
            f"{agencies} agencies screened; {aside:,} of {answers:,} answers set aside,"
            f" {sum(each.alarm for each in screenings)} agencies to look at"
        )
