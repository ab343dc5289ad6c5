from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from responses.models.collecting_system import CollectingSystem
from surveys.models import Agency, Channel


class Command(BaseCommand):
    help = "Make a collecting system and print its key, which is shown only now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--agency", required=True, metavar="CODE")
        parser.add_argument(
            "--channels", required=True, metavar="CODE,CODE", help="what it may send for"
        )
        parser.add_argument(
            "--encounters", action="store_true", help="it may report encounters to draw from"
        )
        parser.add_argument(
            "--independent",
            action="store_true",
            help="the survey office runs it: its answers count like those of an open link",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise _unknown(options["agency"])
        codes = options["channels"].split(",")
        channels = list(Channel.objects.filter(code__in=codes))
        for code in sorted(set(codes) - {channel.code for channel in channels}):
            raise _unknown(code)
        system = CollectingSystem(
            name=options["name"],
            agency=agency,
            reports_encounters=options["encounters"],
            independent=options["independent"],
        )
        key = system.new_key()
        system.save()
        system.channels.set(channels)
        self.stdout.write(key)


def _unknown(code: str) -> CommandError:
    return CommandError(_("“%(code)s” is not in the registry.") % {"code": code})
