from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from responses.office.exports import ExportError, export_responses
from surveys.csv_files import FileError
from surveys.management.by import actor, add_by
from surveys.models import Wave


class Command(BaseCommand):
    help = "Write the single answers of a wave as a table, for those who may see single answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", metavar="WAVE")
        parser.add_argument("file", type=Path, metavar="FILE", help=".csv or .xlsx")
        add_by(parser)
        parser.add_argument("--all", action="store_true", help="also responses that do not count")
        parser.add_argument(
            "--without-texts", action="store_true", help="leave out what was written freely"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).select_related("questionnaire").first()
        if wave is None:
            raise CommandError(_("There is no wave “%s”.") % options["wave"])
        texts = not options["without_texts"]
        try:
            count = export_responses(
                wave, options["file"], excluded=options["all"], texts=texts, actor=actor(options)
            )
        except (ExportError, FileError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("%(count)d responses.") % {"count": count})
        self.stderr.write(
            _("Single answers can give people away: keep this file to those who need it.")
        )
