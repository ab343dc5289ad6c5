"""What changed from an earlier wave to a later one."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.estimation.comparison import Difference
from analytics.models import Score
from analytics.scoring.changes import DomainChange, changes
from analytics.wording.change import points
from surveys.models import Wave


class Command(BaseCommand):
    help = "Show the change of every domain from an earlier wave to a later one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", help="the later wave's code")
        parser.add_argument("earlier", help="the earlier wave's code")
        parser.add_argument("--json", action="store_true", help="print every change as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        wave, earlier = (_wave(options[name]) for name in ("wave", "earlier"))
        if earlier.starts_on >= wave.starts_on:
            raise CommandError(
                f"{earlier.code} did not begin before {wave.code}; name the later wave first."
            )
        for each in (wave, earlier):
            if each.state in (Wave.State.DRAFT, Wave.State.OPEN):
                raise CommandError(f"{each.code} has not closed: its figures still move.")
        records = [_record(each) for each in changes(earlier, wave)]
        if options["json"]:
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1))
            return
        for found in changes(earlier, wave):
            self.stdout.write(_line(found))
        self.stdout.write(f"{len(records)} changes; suppressed figures are in none")


def _wave(code: str) -> Wave:
    wave = Wave.objects.filter(code=code).first()
    if wave is None:
        known = ", ".join(Wave.objects.values_list("code", flat=True)) or "none"
        raise CommandError(f"No wave has the code {code}. There are: {known}.")
    return wave


def _codes(score: Score) -> dict[str, str]:
    named = {"agency": score.agency, "service": score.service, "channel": score.channel}
    return {"level": str(score.level)} | {k: v.code for k, v in named.items() if v}


def _record(found: DomainChange) -> dict[str, Any]:
    same = found.same_mix
    return {
        "domain": _codes(found.after),
        "before": found.before.estimate,
        "after": found.after.estimate,
        "same_mix": same and _difference(same.difference) | {"covered": same.covered},
        "raw": _difference(found.raw),
        "direction": found.direction,
        "direction_in_list": found.direction_in_list,
        "p_adjusted": found.p_adjusted,
        "breaks": found.breaks,
    }


def _difference(difference: Difference) -> dict[str, float]:
    interval = difference.interval
    return {"value": difference.value, "low": interval.low, "high": interval.high}


def _line(found: DomainChange) -> str:
    codes = _codes(found.after)
    level = codes.pop("level")
    same = found.same_mix and points(found.same_mix.difference)
    return (
        f"{level:16} {' × '.join(codes.values()):32.32} {same or '–':28}"
        f" as counted {points(found.raw):28} {found.direction}"
        f" in the list {found.direction_in_list} {' '.join(found.breaks)}".rstrip()
    )
