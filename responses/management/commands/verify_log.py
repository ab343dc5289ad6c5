"""Hold the stored responses of a wave against its log."""

import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from responses.ledger import tiles, verification
from responses.ledger.findings import MEANING, Checked, Finding
from surveys import act_chain
from surveys.models import Wave

SHOWN = 100

Root = tuple[int, str]


class Command(BaseCommand):
    help = (
        "Compute every leaf, tile and root of a wave's log again from what is stored, and name "
        "what was changed, removed or added."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", nargs="?", help="the wave's code")
        parser.add_argument("--acts", action="store_true", help="the record of acts instead")
        parser.add_argument(
            "--root",
            action="append",
            default=[],
            metavar="SIZE:ROOT",
            help="a root that was noted elsewhere, on paper say, to be held against the log",
        )
        parser.add_argument(
            "--from",
            dest="begin",
            metavar="SIZE:ROOT",
            help="go on where a run was stopped, as it said; what it read is not read again",
        )
        parser.add_argument(
            "--processes",
            type=int,
            default=len(os.sched_getaffinity(0)),
            help="so many side by side, else one a processor; over SQLite always one",
        )
        parser.add_argument(
            "--progress", action="store_true", help="say how far it is, also to a file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        noted = dict(map(_noted, options["root"]))
        if options["acts"]:
            self._verify_acts(noted)
            return
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            raise CommandError(f"No wave has the code {options['wave']}.")
        begin = _noted(options["begin"]) if options["begin"] else None
        if begin and begin[0] % verification.STRETCH:
            raise CommandError(f"--from: not a multiple of {verification.STRETCH:,} leaves.")
        with _progress(wave, begin, options["progress"]) as reached:
            how = verification.How(
                max(1, options["processes"]), verification.STRETCH, begin, reached
            )
            self._verify_responses(wave, noted, how)

    def _verify_responses(self, wave: Wave, noted: dict[int, str], how: verification.How) -> None:
        checked, count = Checked(), 0
        try:
            for count, finding in enumerate(verification.verify(wave, checked, noted, how), 1):
                if count <= SHOWN:
                    self.stdout.write(_line(finding))
        except (KeyboardInterrupt, BrokenProcessPool) as stop:
            whole = checked.root and checked.size % how.stretch == 0
            on = f" --from {checked.size}:{checked.root} goes on." if whole else ""
            raise CommandError(f"Stopped, {count:,} faults so far.{on}") from stop
        self.stdout.write(
            f"{checked.leaves:,} leaves, {checked.opened:,} opened, {checked.erased:,} of erased"
            f" answers, {checked.expired:,} of answers deleted after their time,"
            f" {checked.waiting:,} waiting to be logged."
        )
        self.stdout.write(f"Root: {checked.size}:{checked.root}")
        if how.begin:
            self.stdout.write(
                f"The first {how.begin[0]:,} leaves, and their responses, were not read: this rests"
                " on the run that did."
            )
        if count:
            raise CommandError(f"{count:,} faults: the log of {wave.code} is broken.")
        which = "other responses" if how.begin else "responses"
        self.stdout.write(f"The {which} of {wave.code} are as they were logged.")

    def _verify_acts(self, noted: dict[int, str]) -> None:
        act_chain.chain_new()
        faults = list(act_chain.verify(noted))
        for fault in faults[:SHOWN]:
            self.stdout.write(f"act {fault.position:,} {fault.what}")
        self.stdout.write(f"Root: {act_chain.head()}")
        if faults:
            raise CommandError(f"{len(faults):,} faults: the record of acts is broken.")
        self.stdout.write("The record of acts is as it was written.")


def _noted(text: str) -> tuple[int, str]:
    try:
        return act_chain.noted_root(text)
    except ValueError:
        raise CommandError(
            f"{text}: write a root as SIZE:ROOT, with 64 hexadecimal digits."
        ) from None


def _line(finding: Finding) -> str:
    where = [
        "" if finding.position is None else f"position {finding.position:,}",
        finding.receipt,
        finding.detail,
    ]
    return f"{', '.join(filter(None, where))}: {MEANING[finding.fault]}"


@contextmanager
def _progress(wave: Wave, begin: Root | None, always: bool) -> Iterator[Callable[[Checked], None]]:
    with tqdm(
        total=tiles.size_of(wave),
        initial=begin[0] if begin else 0,
        unit=" leaves",
        unit_scale=True,
        disable=False if always else None,
    ) as bar:

        def reached(checked: Checked) -> None:
            bar.set_postfix_str(f"{checked.size}:{checked.root}", refresh=False)
            bar.update(checked.size - bar.n)

        yield reached
