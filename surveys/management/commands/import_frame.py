from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from surveys.csv_files import CsvFile, FileError
from surveys.frame_import import FrameError, import_frame
from surveys.rejections import Rejections


class Command(BaseCommand):
    help = "Set encounters from a CSV file: service, channel, starts_on, ends_on, encounters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--frame", required=True, metavar="CODE")
        parser.add_argument("--create", action="store_true", help="make the frame if there is none")
        parser.add_argument("--rejected", type=Path, metavar="OUT.csv", help="write rejected rows")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = CsvFile.inspect(options["file"])
            with (
                Rejections.beside(source.path, options["rejected"]) as rejections,
                tqdm(total=source.size, unit="B", unit_scale=True, disable=None) as bar,
            ):
                change = import_frame(
                    source,
                    code=options["frame"],
                    create=options["create"],
                    rejections=rejections,
                    on_progress=lambda position: bar.update(position - bar.n),
                )
        except (FileError, FrameError, ValidationError) as error:
            raise CommandError("; ".join(getattr(error, "messages", [str(error)]))) from error
        for message in rejections.in_words():
            self.stderr.write(message)
        self.stdout.write(
            _(
                "%(added)d cells added, %(changed)d changed, %(unchanged)d unchanged; "
                "%(bad)d rows rejected."
            )
            % {
                "added": change.added,
                "changed": change.changed,
                "unchanged": change.unchanged,
                "bad": rejections.count,
            }
        )
        if not change.added + change.changed + change.unchanged:
            raise CommandError(_("No row was accepted."))
