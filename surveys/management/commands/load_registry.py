from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from surveys.registry import SHIPPED, RegistryError, load_registry


class Command(BaseCommand):
    help = "Bring in agencies, services, channels and the core questionnaire. Can be repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SHIPPED, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_registry(options["file"])
        except RegistryError as error:
            raise CommandError(str(error)) from error
        for message in loaded.skipped:
            self.stderr.write(message)
        if options["verbosity"]:
            self.stdout.write(
                _("%(created)d created, %(updated)d updated, %(unchanged)d unchanged.")
                % {name: loaded.counts[name] for name in ("created", "updated", "unchanged")}
            )
