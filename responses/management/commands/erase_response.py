"""Erase what a citizen answered who has no private code: on a kiosk, by telephone, by a program."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from responses.intake.door import erase
from responses.models import Response
from responses.receipts.receipt import read_code
from surveys.acts import record
from surveys.management.by import actor, add_by
from surveys.models import Act


class Command(BaseCommand):
    help = "Erase one response for good, as whoever gave it asks. The log shows that it was erased."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("receipt", help="the receipt's code")
        add_by(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        code = read_code(options["receipt"])
        response = Response.objects.filter(receipt=code).select_related("wave").first()
        if response is None:
            raise CommandError(f"No response has the receipt {options['receipt']}.")
        if response.disposition == Response.Disposition.ERASED:
            raise CommandError(f"{code} is erased already.")
        with transaction.atomic():
            erase(response, reason="erased by the office")
            about = ("response", str(code))
            record(Act.What.ERASE, about, actor(options), wave=response.wave.code)
        self.stdout.write(f"{code} of wave {response.wave.code} is erased.")
