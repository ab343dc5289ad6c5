"""Have all papers of a wave made, by the workers or here, and take them away as one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from analytics.reporting.papers import next_paper, order_papers, progress, zipped
from analytics.reporting.requests import make_report
from surveys.models import Wave


class Command(BaseCommand):
    help = (
        "Make the papers of a wave: nation, ministries and agencies, Thai and English. What is"
        " there already is not made twice; what failed is made again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", help="code of the wave")
        parser.add_argument("--here", action="store_true", help="make them now, without a worker")
        parser.add_argument("--zip", type=Path, help="write what is ready to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            raise CommandError(f"There is no wave {options['wave']}.")
        try:
            waiting = order_papers(wave, queue=not options["here"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["here"]:
            self._make(wave, waiting)
        if options["zip"]:
            with options["zip"].open("wb") as file:
                file.writelines(zipped(wave))
        found = progress(wave)
        self.stdout.write(f"{found.done} done, {found.failed} failed, {found.left} left")

    def _make(self, wave: Wave, waiting: int) -> None:
        with tqdm(total=waiting, unit=" papers", leave=False) as bar:
            while (paper := next_paper(wave.pk)) is not None:
                make_report(str(paper.pk))
                bar.update()
