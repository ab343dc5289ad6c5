"""A published wave's log with its answers opened, for two auditors who count them again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from responses.ledger.opened import write_opened
from surveys.acts import record
from surveys.management.by import actor, add_by
from surveys.models import Act, Wave


class Command(BaseCommand):
    help = "Write the log of a published wave with its answers opened, for a recount."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", metavar="WAVE")
        parser.add_argument("file", type=Path, metavar="FILE.jsonl.gz")
        add_by(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            raise CommandError(_("There is no wave “%s”.") % options["wave"])
        by = actor(options)
        try:
            leaves, digest = write_opened(wave, options["file"])
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        record(Act.What.EXPORT, wave, by, leaves=leaves, digest=digest)
        self.stdout.write(f"{leaves:,} leaves, SHA-256 {digest}")
        self.stderr.write(
            _("Single answers can give people away: keep this file to those who need it.")
        )
