"""Hold the stored responses of a wave against its log."""

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.ledger.verification import MEANING, Checked, Finding, verify
from surveys import act_chain
from surveys.models import Wave

SHOWN = 100


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

    def handle(self, *args: Any, **options: Any) -> None:
        noted = dict(map(_noted, options["root"]))
        if options["acts"]:
            self._verify_acts(noted)
        else:
            self._verify_responses(options["wave"], noted)

    def _verify_responses(self, code: str, noted: dict[int, str]) -> None:
        wave = Wave.objects.filter(code=code).first()
        if wave is None:
            raise CommandError(f"No wave has the code {code}.")
        checked = Checked()
        findings = verify(wave, checked, noted)
        shown = list(islice(findings, SHOWN))
        for finding in shown:
            self.stdout.write(_line(finding))
        more = sum(1 for _finding in findings)
        self.stdout.write(
            f"{checked.leaves:,} leaves, {checked.opened:,} opened, {checked.erased:,} of erased"
            f" answers, {checked.expired:,} of answers deleted after their time,"
            f" {checked.waiting:,} waiting to be logged."
        )
        self.stdout.write(f"Root: {checked.leaves}:{checked.root}")
        if shown:
            raise CommandError(f"{len(shown) + more:,} faults: the log of {wave.code} is broken.")
        self.stdout.write(f"The responses of {wave.code} are as they were logged.")

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
