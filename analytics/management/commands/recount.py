"""Whether the counts of a release are those of an opened log; no database is asked."""

import json
import zlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.core.management.base import BaseCommand, CommandError

from analytics.releases.reading import Release, UnreadableError
from analytics.releases.recounting import recount
from analytics.releases.verifying import in_words

SHOWN = 20


class Command(BaseCommand):
    help = "Count an opened log again and compare it with a release; end with 1 where they differ."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("log", metavar="FILE.jsonl.gz", type=Path, help="of open_log")
        parser.add_argument("release", metavar="RELEASE.zip", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            release = Release.read(options["release"])
            with ZipFile(options["release"]) as packed:
                seal = json.loads(packed.read("wave.json"))["seal"]["log"]
            found = recount(options["log"], release, seal)
        except UnreadableError as error:
            raise CommandError(in_words(error.difference)) from error
        except (OSError, EOFError, KeyError, ValueError, zlib.error) as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error
        for fault in found.faults[:SHOWN]:
            self.stdout.write(fault)
        self.stdout.write(
            f"{found.leaves:,} leaves, {found.opened:,} opened, {found.closed:,} that count and"
            f" cannot be opened any more, {found.cells:,} cells."
        )
        if found.faults:
            raise CommandError(f"{len(found.faults):,} differences.")
        self.stdout.write("The published counts are those of the log.")
