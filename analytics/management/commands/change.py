"""What changed from an earlier wave to a later one."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from analytics.estimation.change import Direction
from analytics.estimation.comparison import Difference
from analytics.models import Score
from analytics.scoring.changes import DomainChange, NoChange, changes, without_change
from analytics.wording.change import break_words, direction_word, missing_words, points
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
        with translation.override("en"):
            self._print(earlier, wave, as_json=options["json"])

    def _print(self, earlier: Wave, wave: Wave, *, as_json: bool) -> None:
        found, none = changes(earlier, wave), without_change(earlier, wave)
        if as_json:
            records = [*map(_record, found), *map(_no_record, none)]
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1))
            return
        for each in found:
            self.stdout.write(_line(each))
        for other in none:
            self.stdout.write(_no_line(other))
        self.stdout.write(
            f"{len(found)} changes, the word given for the whole list of its level;"
            f" {len(none)} without one: suppressed figures are in none"
        )


def _wave(code: str) -> Wave:
    wave = Wave.objects.filter(code=code).first()
    if wave is None:
        known = ", ".join(Wave.objects.values_list("code", flat=True)) or "none"
        raise CommandError(f"No wave has the code {code}. There are: {known}.")
    return wave


def _codes(score: Score) -> dict[str, str]:
    units = {name: getattr(score, name) for name in ("agency", "service", "channel")}
    units["service_point"] = score.service_point
    return {"level": str(score.level)} | {k: v.code for k, v in units.items() if v}


def _record(found: DomainChange) -> dict[str, Any]:
    same = found.same_mix
    return {
        "domain": _codes(found.after),
        "before": found.before.estimate,
        "after": found.after.estimate,
        "n": {"before": found.before.n, "after": found.after.n},
        "same_mix": same and _difference(same.difference) | {"covered": same.covered},
        "raw": _difference(found.raw),
        "direction": found.direction,
        "direction_in_list": found.direction_in_list,
        "word": direction_word(found.direction_in_list),
        "p_adjusted": found.p_adjusted,
        "breaks": found.breaks,
    }


def _no_record(none: NoChange) -> dict[str, Any]:
    return {
        "domain": _codes(none.score),
        "direction": Direction.NOT_COMPARABLE,
        "word": direction_word(Direction.NOT_COMPARABLE),
        "missing": none.missing,
    }


def _difference(difference: Difference) -> dict[str, float]:
    interval = difference.interval
    return {"value": difference.value, "low": interval.low, "high": interval.high}


def _line(found: DomainChange) -> str:
    same = found.same_mix and points(found.same_mix.difference)
    word = ", ".join([direction_word(found.direction_in_list), *break_words(found)])
    return (
        f"{_name(found.after)} {same or '–':28} as counted {points(found.raw):28}"
        f" n {found.before.n:,} to {found.after.n:,}  {word}"
    )


def _no_line(none: NoChange) -> str:
    word = direction_word(Direction.NOT_COMPARABLE)
    return f"{_name(none.score)} {word}: {missing_words(none.missing)}"


def _name(score: Score) -> str:
    codes = _codes(score)
    return f"{codes.pop('level'):16} {' × '.join(codes.values()):32.32}"
