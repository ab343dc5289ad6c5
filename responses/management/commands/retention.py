from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from responses.privacy.retention import RULES, carry_out, due


class Command(BaseCommand):
    help = "Delete what has been kept long enough, as the worker does once a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would go, and leave it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        counts = due() if options["dry_run"] else carry_out()
        for rule in RULES:
            total = sum(counts[rule.code].values())
            waves = ", ".join(f"{code} {n:,}" for code, n in counts[rule.code].items() if code)
            self.stdout.write(f"{total:>12,}  {rule.what}" + (f" ({waves})" if waves else ""))
