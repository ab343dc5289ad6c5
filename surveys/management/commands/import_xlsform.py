from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from surveys.xlsform.reading import read_form, store_form
from surveys.xlsform.sheets import FormError


class Command(BaseCommand):
    help = "Make a new version of a questionnaire from an XLSForm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--code", default="", help="the code, where not the form's form_id")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                form = read_form(file)
            questionnaire = store_form(form, options["code"])
        except (OSError, FormError) as error:
            raise CommandError(str(error)) from error
        for warning in form.warnings:
            self.stderr.write(str(warning))
        self.stdout.write(
            _("%(questionnaire)s: %(count)d rows.")
            % {"questionnaire": questionnaire, "count": len(form.questions)}
        )
