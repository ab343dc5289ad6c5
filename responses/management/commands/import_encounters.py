from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from responses.importers.detect import open_table
from responses.importers.encounter_log import import_encounters
from surveys.csv_files import FileError
from surveys.models import Agency, Wave
from surveys.rejections import Rejections, beside
from surveys.sampling.encounters import EncounterLog, LogClosed


class Command(BaseCommand):
    help = (
        "Take encounters from a CSV or XLSX file: encounter, service, channel, time and, where"
        " there are, service_point, email, telephone, line, language. The same again adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--wave", required=True, metavar="CODE")
        parser.add_argument(
            "--agency", metavar="CODE", help="take only what is of this agency, or below it"
        )
        parser.add_argument(
            "--rejected",
            type=Path,
            metavar="OUT.csv",
            help="write rejected rows here, not to FILE.rejected.csv",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            log = EncounterLog(_wave(options["wave"]), agencies=_agencies(options["agency"]))
            source = open_table(options["file"])
            otherwise = beside(source.path)
            with (
                Rejections.beside(source.path, options["rejected"], otherwise) as rejections,
                tqdm(total=source.size, unit="", unit_scale=True, disable=None) as bar,
            ):
                imported = import_encounters(
                    source,
                    log,
                    rejections,
                    on_progress=lambda position: bar.update(position - bar.n),
                )
        except (FileError, LogClosed) as error:
            raise CommandError(str(error)) from error
        for message in rejections.in_words():
            self.stderr.write(message)
        self.stdout.write(
            _(
                "%(stored)d encounters stored, %(reachable)d of them with a contact; "
                "%(already)d already stored; %(bad)d rows rejected."
            )
            % {
                "stored": imported.stored,
                "reachable": imported.reachable,
                "already": imported.already_stored,
                "bad": rejections.count,
            }
        )
        if not imported.stored + imported.already_stored:
            raise CommandError(_("No row was accepted."))


def _wave(code: str) -> Wave:
    if wave := Wave.objects.filter(code=code).first():
        return wave
    raise CommandError(_("There is no wave %(wave)s.") % {"wave": code})


def _agencies(code: str | None) -> set[int] | None:
    if code is None:
        return None
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise CommandError(_("“%(code)s” is not in the registry.") % {"code": code})
    below = Agency.objects.descendants(agency, include_self=True)
    return set(below.values_list("pk", flat=True))
