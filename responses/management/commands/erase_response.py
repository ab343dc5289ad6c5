"""Erase what a citizen answered who has no private code: on a kiosk, by telephone, by a program."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.intake.door import erase
from responses.models import Response
from responses.receipts.receipt import read_code


class Command(BaseCommand):
    help = "Erase one response for good, as whoever gave it asks. The log shows that it was erased."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("receipt", help="the receipt's code")

    def handle(self, *args: Any, **options: Any) -> None:
        code = read_code(options["receipt"])
        response = Response.objects.filter(receipt=code).select_related("wave").first()
        if response is None:
            raise CommandError(f"No response has the receipt {options['receipt']}.")
        if response.disposition == Response.Disposition.ERASED:
            raise CommandError(f"{code} is erased already.")
        erase(response, reason="erased by the office")
        self.stdout.write(f"{code} of wave {response.wave.code} is erased.")
