"""Whether the figures of a release follow from the release; no database is asked."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from analytics.releases.reading import Difference, Release, UnreadableError
from analytics.releases.recompute import recompute
from analytics.releases.signature import SIGNATURE
from responses.ledger.notes import NoteError, Verifier


class Command(BaseCommand):
    help = "Recompute a release from itself; say where it does not hold, and end with 1 then."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--key", help="whose signature it must bear: what the platform's /log/key says"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = Verifier.read(options["key"]) if options["key"] else None
            release = Release.read(options["file"], key)
        except UnreadableError as error:
            raise CommandError(_in_words(error.difference)) from error
        except (OSError, NoteError) as error:
            raise CommandError(str(error)) from error
        checked = recompute(release)
        # The figure itself says more than that its file was changed.
        if found := [*checked.differences, *release.changed]:
            raise CommandError(
                _("%(first)s (%(number)s differences in all)")
                % {"first": _in_words(found[0]), "number": len(found)}
            )
        self.stdout.write(
            _(
                "%(figures)s figures recomputed, of %(estimates)s the estimate too; the others have"
                " parts that are suppressed or not published. No difference."
            )
            % {"figures": f"{checked.figures:,}", "estimates": f"{checked.estimates:,}"}
        )
        self.stdout.write(_signed(release, key))


def _signed(release: Release, key: Verifier | None) -> str:
    if key:
        return _("The signature is that of %s.") % key.name
    if release.signed_by:
        return _("It says that it is signed by %s: give its --key to check that.") % (
            release.signed_by
        )
    return _("It is not signed: whoever changed a figure could have made the digests anew.")


def _in_words(difference: Difference) -> str:
    where = difference.file
    if where == SIGNATURE:
        return _("%(file)s: %(found)s; it must be that of %(key)s") % {
            "file": where,
            "found": difference.found,
            "key": difference.expected,
        }
    if difference.row is not None:
        where = _("%(file)s, row %(row)s") % {"file": where, "row": difference.row}
    if difference.field:
        where = f"{where}, {difference.field}"
    if difference.expected is None:
        return _("%(where)s: cannot be read: %(found)s") % {
            "where": where,
            "found": difference.found,
        }
    return _("%(where)s: %(found)s, but %(expected)s follows from the rest") % {
        "where": where,
        "found": difference.found,
        "expected": difference.expected,
    }
