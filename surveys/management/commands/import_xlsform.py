from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from surveys.models import Agency
from surveys.xlsform.reading import read_form
from surveys.xlsform.sheets import FormError
from surveys.xlsform.storing import store_form


class Command(BaseCommand):
    help = "Make a new version of a questionnaire from an XLSForm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--code", default="", help="the code, where not the form's form_id")
        parser.add_argument(
            "--add-on", action="store_true", help="to be asked behind the core of a wave"
        )
        parser.add_argument(
            "--owner", default="", metavar="AGENCY", help="whose add-on it is; none: for all"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        add_on, owner = options["add_on"], None
        if options["owner"]:
            owner = Agency.objects.filter(code=options["owner"]).first()
            if owner is None or not add_on:
                what = _("--owner takes the code of an agency, together with --add-on.")
                raise CommandError(what)
        try:
            with options["file"].open("rb") as file:
                form = read_form(file, add_on=add_on)
            questionnaire = store_form(form, options["code"], add_on=add_on, owner=owner)
        except (OSError, FormError) as error:
            raise CommandError(str(error)) from error
        for warning in form.warnings:
            self.stderr.write(str(warning))
        self.stdout.write(
            _("%(questionnaire)s: %(count)d rows.")
            % {"questionnaire": questionnaire, "count": len(form.questions)}
        )
