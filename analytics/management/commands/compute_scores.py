"""Count, estimate and judge a wave."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.counting.tally import AnswersDeletedError
from analytics.models import Computation, Score
from analytics.scoring.records import as_records
from analytics.scoring.scores import compute_scores
from analytics.wording.percent import percent
from analytics.wording.verdict import outcome_word
from surveys.models import Wave


class Command(BaseCommand):
    help = "Compute the scores of a wave and show them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", help="the wave's code")
        parser.add_argument("--json", action="store_true", help="print every score as JSON")
        parser.add_argument(
            "--rebuild", action="store_true", help="count all responses again first"
        )
        parser.add_argument(
            "--items", action="store_true", help="show the single questions in the table too"
        )
        parser.add_argument(
            "--level",
            choices=Score.Level.values,
            action="append",
            help="show only this level (may be given several times)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            known = ", ".join(Wave.objects.values_list("code", flat=True)) or "none"
            raise CommandError(f"No wave has the code {options['wave']}. There are: {known}.")
        try:
            computation = compute_scores(wave, rebuild=options["rebuild"])
        except AnswersDeletedError as error:
            raise CommandError(str(error)) from error
        records = as_records(list(Score.objects.filter(wave=wave)))
        if options["level"]:
            records = [r for r in records if r["domain"]["level"] in options["level"]]
        if options["json"]:
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1))
            return
        overall = set(wave.questionnaire.questions.filter(is_overall=True).values_list("code"))
        shown = [r for r in records if options["items"] or (r["question"],) in overall]
        for record in shown:
            self.stdout.write(_line(record))
        self.stdout.write(
            f"{len(shown)} scores of {computation.responses:,} answers{_stated(computation)}; "
            f"{len(computation.merges)} thin cells merged, "
            f"{len(computation.uncovered)} cells not covered"
        )
        for line in _by_group(computation.groups):
            self.stdout.write(line)
        for cell in computation.outside_frame:
            self.stdout.write(
                f"outside the frame, in no figure: {cell['answers']:,} answers about"
                f" {cell['service']} by {cell['channel']}"
            )
        if wave.declared_method().weighting == "frame" and not wave.frame.cells.exists():
            self.stdout.write(
                "The frame is empty: no answer can be weighted, so there is no score."
            )


def _stated(computation: Computation) -> str:
    """While a wave runs its figures move in steps, also for this command."""
    return f" as stated on {computation.stated_on}" if computation.stated_on else ""


def _by_group(groups: dict[str, Any] | None) -> Iterator[str]:
    for each in (groups or {}).get("questions", []):
        for row in each["rows"]:
            yield f"{each['question']} {row['answer']}: " + (
                "suppressed" if row["suppressed"] else _with_interval(row)
            )
    if groups and groups["raked"]:
        yield f"raked to the margins: {_with_interval(groups['raked'])}"


def _with_interval(row: dict[str, Any]) -> str:
    if "estimate" not in row:
        return "no answers"
    low, high = percent(row["low"]), percent(row["high"])
    return f"{percent(row['estimate'])} % ({low}–{high}) n {row['n']:,}"


def _line(record: dict[str, Any]) -> str:
    domain = " × ".join(value for key, value in record["domain"].items() if key != "level")
    coverage = "" if record["coverage"] is None else f"coverage {percent(record['coverage'])} %"
    return (
        f"{record['domain']['level']:16} {domain:32.32} {record['question']:4}"
        f" {record['measure']:12} {percent(record['estimate']):>5} %"
        f" ({percent(record['low'])}–{percent(record['high'])})"
        f" n {record['n']:>7,}  {outcome_word(record['verdict']):14}"
        f" {coverage} {_claims(record)} {' '.join(record['flags'])}".rstrip()
    )


def _claims(record: dict[str, Any]) -> str:
    """Evidence and strength, from the second edition on."""
    if "evidence" not in record:
        return ""
    official = "official" if record["official"] else "not official"
    return " ".join(filter(None, [record["evidence"], official, record["strength"]]))
