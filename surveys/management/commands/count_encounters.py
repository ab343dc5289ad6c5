from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from surveys.models import Agency, Wave
from surveys.sampling.counting import count_from_log


class Command(BaseCommand):
    help = (
        "Count an agency's encounters in the frame of a wave as it reports them; what a file"
        " brought of it goes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", metavar="WAVE")
        parser.add_argument("--agency", required=True, metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            raise CommandError(_("There is no wave %(wave)s.") % {"wave": options["wave"]})
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(
                _("“%(code)s” is not in the registry.") % {"code": options["agency"]}
            )
        try:
            counted = count_from_log(wave, agency)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            _("%(count)d encounters counted; later ones are added as they are reported.")
            % {"count": counted}
        )
