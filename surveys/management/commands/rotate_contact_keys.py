from typing import Any

from django.core.management.base import BaseCommand, CommandError

from surveys.sampling.rotation import rotate_keys
from surveys.sampling.sealing import UnsealError


class Command(BaseCommand):
    help = "Encrypt all that is sealed again with the first of the CONTACT_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for name, count in rotate_keys().items():
                self.stdout.write(f"{count:>12,}  {name}")
        except UnsealError as error:
            raise CommandError(str(error)) from error
