"""Erase what a citizen answered who has no private code: on a kiosk, by telephone, by a program."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.office.erasing import NotErased, erase_on_request
from surveys.management.by import actor, add_by


class Command(BaseCommand):
    help = "Erase one response for good, as whoever gave it asks. The log shows that it was erased."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("receipt", help="the receipt's code")
        add_by(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            response = erase_on_request(options["receipt"], actor(options))
        except NotErased as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{response.receipt} of wave {response.wave.code} is erased.")
