"""A published wave as one file from which anybody recomputes it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from analytics.releases.bundle import NotPublishedError, write_release
from surveys.models import Wave


class Command(BaseCommand):
    help = "Write the release of a published wave: its figures and all they are recomputed from."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["code"]).first()
        if wave is None:
            raise CommandError(_("There is no wave “%s”.") % options["code"])
        path: Path = options["file"]
        unfinished = path.with_name(f".{path.name}.part")
        try:
            with unfinished.open("wb") as file:
                write_release(wave, file)
            unfinished.replace(path)
        except NotPublishedError as error:
            raise CommandError(
                _("Wave %s is not published: there is nothing to release.") % wave.code
            ) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(
            _("%(file)s: %(bytes)s bytes") % {"file": path, "bytes": f"{path.stat().st_size:,}"}
        )
