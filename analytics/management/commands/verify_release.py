"""Whether the figures of a release follow from the release; no database is asked."""

import json
import resource
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from analytics.releases.reading import UnreadableError
from analytics.releases.stamps import StampError, certificates_in, stamped
from analytics.releases.verifying import Verified, in_words, verify
from responses.ledger.notes import NoteError, Verifier


class Command(BaseCommand):
    help = "Recompute a release from itself; say where it does not hold, and end with 1 then."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--key", help="whose signature it must bear: what the platform's /log/key says"
        )
        parser.add_argument("--stamp", type=Path, help="its time stamp (.tsr)")
        parser.add_argument(
            "--certificates", type=Path, help="PEM: those of the stamp's authority, up to its root"
        )
        parser.add_argument(
            "--most-memory", metavar="MB", type=int, help="of a file that nobody vouches for"
        )
        parser.add_argument("--json", action="store_true", help="say it as JSON, in English")

    def handle(self, *args: Any, **options: Any) -> None:
        if megabytes := options["most_memory"]:
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        if options["json"]:
            with translation.override("en"):
                self._as_json(options["file"], options["key"])
            return
        if bool(options["stamp"]) != bool(options["certificates"]):
            raise CommandError(_("--stamp and --certificates go together."))
        try:
            key = Verifier.read(options["key"]) if options["key"] else None
            verified = verify(options["file"], key)
        except UnreadableError as error:
            raise CommandError(in_words(error.difference)) from error
        except (OSError, NoteError) as error:
            raise CommandError(str(error)) from error
        except MemoryError as error:
            raise CommandError(_("It needs more memory than it may have.")) from error
        if verified.first:
            raise CommandError(
                _("%(first)s (%(number)s differences in all)")
                % {"first": in_words(verified.first), "number": verified.differences}
            )
        self.stdout.write(
            _(
                "%(figures)s figures recomputed, of %(estimates)s the estimate too; the others have"
                " parts that are suppressed or not published. No difference."
            )
            % {"figures": f"{verified.figures:,}", "estimates": f"{verified.estimates:,}"}
        )
        self.stdout.write(_signed(verified, key))
        if options["stamp"]:
            self.stdout.write(_stamped(options["file"], options["stamp"], options["certificates"]))

    def _as_json(self, path: Path, key: str | None) -> None:
        """For the worker that checks what was uploaded."""
        try:
            verified = verify(path, Verifier.read(key) if key else None)
        except UnreadableError as error:
            verified = Verified(0, 0, 0, error.difference, "")
        self.stdout.write(json.dumps(verified.to_dict()))
        if verified.first:
            sys.exit(1)


def _stamped(file: Path, stamp: Path, certificates: Path) -> str:
    try:
        found = stamped(file.read_bytes(), stamp.read_bytes(), certificates_in(certificates))
    except (OSError, StampError) as error:
        raise CommandError(
            _("%(stamp)s: no stamp of this file by an authority of these certificates: %(why)s")
            % {"stamp": stamp, "why": error}
        ) from error
    return _("Stamped by %(authority)s: it was there on %(day)s at %(time)s UTC.") % {
        "authority": found.authority,
        "day": f"{found.at:%Y-%m-%d}",
        "time": f"{found.at:%H:%M:%S}",
    }


def _signed(verified: Verified, key: Verifier | None) -> str:
    if key:
        return _("The signature is that of %s.") % key.name
    if verified.signed_by:
        return _("It says that it is signed by %s: give its --key to check that.") % (
            verified.signed_by
        )
    return _("It is not signed: whoever changed a figure could have made the digests anew.")
