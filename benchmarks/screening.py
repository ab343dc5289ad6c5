"""How much stuffing the screening finds, and how many honest answers it doubts.

    python -m benchmarks.screening                      # the table of eight ways to stuff
    python -m benchmarks.screening --traffy FILE.csv    # real answers: how many alarms?
    python -m benchmarks.screening --speed 1000000      # seconds and memory for so many answers

To each honest agency (benchmarks/made_up.py) fives are added in eight ways, 2 to 20 % of its
answers. Honest days that look bad or good are added too: an outage, in four shapes, and two very
good days. Shares are of answers, not weighted. Prints its seed.
"""

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.made_up import DAYS, HONEST_DAYS, WAYS, honest

SHARES = (0.02, 0.05, 0.10, 0.20)
BY_TIME = ("burst", "target_time")


def satisfied(overall) -> float:
    return float((overall[overall > 0] >= 4).mean())


def table(agencies: int, seed: int, mean_a_day: float, declared) -> None:
    from responses.screening.columns import Columns
    from responses.screening.judging import judge

    clean = []
    doubted = alarms = total = 0
    by_rule: dict[str, int] = {}
    score_moves = []
    for number in range(agencies):
        rng = np.random.default_rng([seed, number])
        answers = honest(rng, mean_a_day)
        judged = judge(answers, declared)
        doubted += judged.set_aside.sum()
        alarms += judged.alarm
        total += len(answers)
        score_moves.append(
            satisfied(answers.overall[~judged.set_aside]) - satisfied(answers.overall)
        )
        for name, found in judged.found.items():
            by_rule[name] = by_rule.get(name, 0) + len(found.rows)
        clean.append(answers)
    print(f"seed {seed}; {agencies} honest agencies with {total:,} answers over {DAYS} days")
    print(
        f"honest alone: {100 * doubted / total:.3f} % of answers set aside, {alarms} agencies with"
        f" an alarm; their score moves by {100 * np.mean(score_moves):+.3f} points on average,"
        f" {100 * max(np.abs(score_moves)):.3f} at most"
    )
    print(
        "flags per 1,000 honest answers: "
        + ", ".join(f"{name} {1000 * n / total:.1f}" for name, n in by_rule.items())
    )
    print(
        "\n| way | added | stuffed set aside | agencies with an alarm | honest set aside |"
        " true score | stuffed | after screening |\n|---|---|---|---|---|---|---|---|"
    )
    for way in WAYS:
        for share in SHARES:
            caught = added = wrong = right = alarms = 0
            scores = []
            for number, answers in enumerate(clean):
                rng = np.random.default_rng([seed, number, WAYS.index(way), int(1000 * share)])
                n = round(share * len(answers))
                fakes = replace(way(rng, answers, n), pk=np.arange(n) + 10**7)
                mixed = Columns.joined([answers, fakes]).in_order()
                fake = mixed.pk >= 10**7
                judged = judge(mixed, declared)
                caught += (judged.set_aside & fake).sum()
                added += n
                wrong += (judged.set_aside & ~fake).sum()
                right += (~fake).sum()
                alarms += judged.alarm
                kept = mixed.overall[~judged.set_aside]
                scores.append(
                    (satisfied(answers.overall), satisfied(mixed.overall), satisfied(kept))
                )
            before, stuffed, after = (
                100 * np.mean(column) for column in zip(*scores, strict=False)
            )
            print(
                f"| {way.__doc__} | {100 * share:.0f} % | {100 * caught / added:.1f} % |"
                f" {100 * alarms / agencies:.0f} % | {100 * wrong / right:.2f} % |"
                f" {before:.2f} | {stuffed:.2f} | {after:.2f} |"
            )


def honest_days(agencies: int, seed: int, mean_a_day: float, declared) -> None:
    """What is set aside of days that are honest and look as if they were not."""
    from responses.screening.columns import Columns
    from responses.screening.judging import judge

    print(
        "\n| honest day | answers | low set aside | of them with a flag for time | high set aside |"
        " score | after screening | agencies with an alarm |\n|---|---|---|---|---|---|---|---|"
    )
    for way in HONEST_DAYS:
        answers_added = low_aside = by_time = high_aside = alarms = 0
        scores = []
        for number in range(agencies):
            answers = honest(np.random.default_rng([seed, number]), mean_a_day)
            rng = np.random.default_rng([seed, number, 100 + HONEST_DAYS.index(way)])
            day = way(rng, answers)
            day = replace(day, pk=np.arange(len(day)) + 10**7)
            mixed = Columns.joined([answers, day]).in_order()
            judged = judge(mixed, declared)
            added = mixed.pk >= 10**7
            low = judged.set_aside & (mixed.overall <= 3)
            timed = np.zeros(len(mixed), dtype=bool)
            for name in BY_TIME:
                timed[judged.found[name].rows] = True
            answers_added += added.sum()
            low_aside += (low & added).sum()
            by_time += (low & timed).sum()
            high_aside += (judged.set_aside & added & (mixed.overall > 3)).sum()
            alarms += judged.alarm
            kept = mixed.overall[~judged.set_aside]
            scores.append((satisfied(mixed.overall), satisfied(kept)))
        true, after = (100 * np.mean(column) for column in zip(*scores, strict=True))
        print(
            f"| {way.__doc__} | {answers_added} | {low_aside} | {by_time} | {high_aside} |"
            f" {true:.2f} | {after:.2f} | {100 * alarms / agencies:.0f} % |"
        )


def traffy(file: Path) -> None:
    """Real answers that nobody is known to have stuffed."""
    from django.core.management import call_command

    from responses.models import AgencyScreening, Response
    from responses.screening.screen import screen
    from surveys.models import Wave

    call_command("import_responses", file, mapping="traffy", create=True, stdout=sys.stderr)
    wave = Wave.objects.get()
    screen(wave)
    screenings = list(AgencyScreening.objects.filter(wave=wave))
    flagged: dict[str, int] = {}
    for each in screenings:
        for rule, count in each.by_rule.items():
            flagged[rule] = flagged.get(rule, 0) + count["flagged"]
    aside = Response.objects.filter(disposition=Response.Disposition.SCREENED).count()
    print(
        f"{sum(each.answers for each in screenings):,} answers of {len(screenings)} districts:"
        f" {aside} set aside, {sum(each.alarm for each in screenings)} districts with an alarm;"
        f" flags: {', '.join(f'{rule} {n}' for rule, n in flagged.items() if n) or 'none'}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agencies", type=int, default=40)
    parser.add_argument("--a-day", type=float, default=3.0, help="answers a day at a place")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--rules", help="a version of the rules; the newest by default")
    parser.add_argument("--traffy", type=Path)
    parser.add_argument("--speed", type=int)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        import django

        django.setup()
        if options.speed:
            from benchmarks.screening_speed import speed

            speed(options.speed)
        elif options.traffy:
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            traffy(options.traffy)
        else:
            from surveys.screening import RULES_VERSION, VERSIONS, Screening

            version = options.rules or RULES_VERSION
            declared = Screening(version, rules=VERSIONS[version])
            table(options.agencies, options.seed, options.a_day, declared)
            honest_days(options.agencies, options.seed, options.a_day, declared)


if __name__ == "__main__":
    main()
