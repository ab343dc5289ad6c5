from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from surveys.models import Questionnaire
from surveys.xlsform.writing import write_form


class Command(BaseCommand):
    help = "Write the newest version of a questionnaire, or the one asked for, as an XLSForm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--number", type=int, help="the version")

    def handle(self, *args: Any, **options: Any) -> None:
        versions = Questionnaire.objects.filter(code=options["code"]).order_by("-version")
        if options["number"]:
            versions = versions.filter(version=options["number"])
        questionnaire = versions.first()
        if questionnaire is None:
            raise CommandError(_("There is no questionnaire “%s”.") % options["code"])
        try:
            with options["file"].open("wb") as file:
                write_form(questionnaire, file)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(questionnaire))
