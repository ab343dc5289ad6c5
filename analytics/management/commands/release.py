"""A published wave as one file from which anybody recomputes it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from analytics.models import KeptRelease
from analytics.releases.bundle import NotPublishedError
from analytics.releases.keeping import DamagedError, content_of, latest
from surveys.models import Wave


class Command(BaseCommand):
    help = (
        "Write the kept release of a published wave: its figures and all they are recomputed from."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--number", type=int, help="an earlier one; else the latest")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["code"]).first()
        if wave is None:
            raise CommandError(_("There is no wave “%s”.") % options["code"])
        path: Path = options["file"]
        unfinished = path.with_name(f".{path.name}.part")
        try:
            kept = latest(wave)
            if number := options["number"]:
                kept = wave.releases.get(number=number)
            unfinished.write_bytes(content_of(kept))
            unfinished.replace(path)
        except NotPublishedError as error:
            raise CommandError(
                _("Wave %s is not published: there is nothing to release.") % wave.code
            ) from error
        except KeptRelease.DoesNotExist as error:
            raise CommandError(_("The wave has no release %s.") % number) from error
        except (OSError, DamagedError) as error:
            raise CommandError(str(error)) from error
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(
            _("%(file)s: release %(number)s, %(bytes)s bytes, SHA-256 %(digest)s")
            % {
                "file": path,
                "number": kept.number,
                "bytes": f"{kept.size:,}",
                "digest": kept.digest,
            }
        )
