"""How much stuffing the screening finds, and how many honest answers it doubts.

    python -m benchmarks.screening                      # the table of eight ways to stuff
    python -m benchmarks.screening --traffy FILE.csv    # real answers: how many alarms?
    python -m benchmarks.screening --speed 1000000      # seconds and memory for so many answers

Honest agencies are simulated with what makes screening hard: busy days and hours, groups that come
together, citizens behind one network who look like one device, people who rate everything alike,
phrases that everybody writes. To each, fives are added in eight ways, 2 to 20 % of its answers.
Honest days that look bad or good are added too: an outage, in four shapes, and two very good days.
Shares are of answers, not weighted. Prints its seed.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
DAYS = 120
SERVICES = 3
POINTS = 3
ITEMS = 12
PERSONAL = (4, 4, 6, 6, 3)  # choices of the personal questions
SHARES = (0.02, 0.05, 0.10, 0.20)
FIRST = date(2026, 1, 5).toordinal()
UNIX = date(1970, 1, 1).toordinal()
PHRASES = (
    ["เจ้าหน้าที่บริการดีมาก สุภาพ ยิ้มแย้มแจ่มใส ให้คำแนะนำดี"] * 4
    + ["อยากให้เพิ่มช่องบริการและลดระยะเวลารอคอยให้น้อยลง"] * 2
    + ["ที่จอดรถน้อย อยากให้ปรับปรุงที่จอดรถให้เพียงพอ"]
)


def columns(rng, n, *, day, minute, cell, place, overall, items, others, device, seconds, **more):
    """Answers as the rules see them."""
    from responses.screening.columns import Columns
    from responses.screening.texts import SIGNATURE

    none = np.zeros(n, dtype=bool)
    values = {
        "pk": rng.permutation(n) + 1,
        "cell": cell,
        "channel": cell // SERVICES,
        "place": place,
        "moment": (day - UNIX) * 86_400 + minute * 60 + rng.integers(0, 60, n) - 7 * 3600,
        "day": day,
        "minute": minute,
        "overall": overall.astype(np.int8),
        "items": items.astype(np.int8),
        "others": others.astype(np.int8),
        "device": device,
        "seconds": seconds,
        "length": np.zeros(n, dtype=np.int64),
        "signature": np.zeros((n, SIGNATURE), dtype=np.uint32),
        "in_person": cell < SERVICES,
        "kiosk": none,
        "drawn": none,
        "screened": none,
        "revision": np.ones(n, dtype=np.int64),
        "sender": np.zeros(n, dtype=np.int64),
        "way": np.zeros(n, dtype=np.int64),
        "own": none,
        "ends_on": FIRST + DAYS - 1,
    }
    values["arrived"] = values["moment"]
    return Columns(**(values | more))


def honest(rng, mean_a_day=3.0):
    """One agency: three services at three counters each and online."""
    from responses.screening.texts import signature

    days, cells, places, shares = [], [], [], {}
    for service in range(SERVICES):
        for online in (False, True):
            cell = service + SERVICES * online
            satisfied = 1 / (1 + np.exp(-rng.normal(2.0, 0.6)))
            for point in range(1 if online else POINTS):
                rate = mean_a_day * np.exp(rng.normal(0, 0.6))
                weekday = np.array([1.3, 1, 1, 1, 1.1, 0.15, 0.05] if not online else [1] * 7)
                expected = rate * weekday[(FIRST + np.arange(DAYS) - 1) % 7]
                busy = rng.gamma(3, 1 / 3, DAYS)  # days differ, and so do months
                busy *= np.exp(rng.normal(0, 0.25, DAYS // 30))[np.arange(DAYS) // 30]
                counts = rng.poisson(expected * busy)
                for day in np.flatnonzero(rng.random(DAYS) < 0.01):
                    counts[day] += rng.poisson(12)  # a group comes, or a poster is put up
                days.append(np.repeat(FIRST + np.arange(DAYS), counts))
                cells.append(np.full(counts.sum(), cell))
                places.append(np.full(counts.sum(), 10 * cell + point))
            top = satisfied * rng.uniform(0.45, 0.7)
            rest = (1 - satisfied) * rng.dirichlet([1.2, 1.6, 4.0])
            shares[cell] = np.array([*rest, satisfied - top, top])
    day, cell, place = map(np.concatenate, (days, cells, places))
    n = len(day)
    # What a day is like shows in all its answers: a good officer, a broken printer.
    mood = rng.normal(0, 0.25, (place.max() + 1, DAYS))[place, day - FIRST]
    mood += rng.normal(0, 0.1, (cell.max() + 1, DAYS // 30))[cell, (day - FIRST) // 30]
    overall = np.zeros(n, dtype=int)
    for k in shares:
        rows = np.flatnonzero(cell == k)
        edges = np.cumsum(shares[k])[:-1]
        latent = _normal(edges)
        drawn = rng.normal(0, 1, len(rows)) + mood[rows]
        overall[rows] = 1 + (drawn[:, None] > latent).sum(axis=1)
    counter = cell < SERVICES
    minute = np.where(
        counter,
        np.clip(rng.normal(11.5 * 60, 130, n), 8 * 60, 17 * 60),
        np.clip(rng.normal(14 * 60, 260, n), 0, 1439),
    ).astype(int)
    late = counter & (rng.random(n) < 0.03)  # at home, from a photographed poster
    minute[late] = rng.integers(18 * 60, 23 * 60, late.sum())
    device = rng.integers(10**6, 10**9, n)
    behind_one_network = counter & (rng.random(n) < 0.3)
    device[behind_one_network] = 1000 * place[behind_one_network] + rng.integers(
        1, 9, behind_one_network.sum()
    )
    again = np.flatnonzero(rng.random(n) < 0.04)  # came twice
    device[again] = device[rng.integers(0, n, len(again))]
    written = np.flatnonzero(rng.random(n) < 0.03)
    length = np.zeros(n, dtype=int)
    signatures = np.zeros((n, len(signature(PHRASES[0]))), dtype=np.uint32)
    for row in written:
        text = PHRASES[rng.integers(len(PHRASES))]
        if rng.random() < 0.7:  # in words of their own
            text = "".join(chr(0x0E01 + k) for k in rng.integers(0, 46, 60))
        length[row], signatures[row] = len(text), signature(text)
    return columns(
        rng,
        n,
        day=day,
        minute=minute,
        cell=cell,
        place=place,
        overall=overall,
        items=_items(rng, overall),
        others=_personal(rng, n),
        device=device,
        seconds=np.maximum(np.exp(rng.normal(2.2, 0.6, n)).astype(int), 1),
        kiosk=counter & (rng.random(n) < 0.1),
        length=length,
        signature=signatures,
    ).in_order()


def _normal(shares):
    from scipy.special import ndtri

    return ndtri(np.clip(shares, 1e-6, 1 - 1e-6))


def _items(rng, overall, complete=0.6, alike=0.25):
    n = len(overall)
    noise = rng.normal(0, 0.7, (n, ITEMS))
    items = np.clip(np.rint(overall[:, None] + rng.normal(0.2, 0.2, ITEMS) + noise), 1, 5)
    straight = rng.random(n) < alike
    items[straight] = overall[straight, None]
    items[rng.random(n) >= complete] = 0
    return items


def _personal(rng, n):
    return np.stack([rng.integers(1, choices + 1, n) for choices in PERSONAL], axis=1)


Way = Callable[[np.random.Generator, object, int], object]


def _fives(rng, n, place, day, minute, **more):
    cell = np.full(n, place // 10)
    values = {
        "cell": cell,
        "place": np.full(n, place),
        "overall": np.full(n, 5),
        "items": _items(rng, np.full(n, 5)),
        "others": _personal(rng, n),
        "device": rng.integers(10**9, 2 * 10**9, n),
        "seconds": np.maximum(np.exp(rng.normal(1.8, 0.5, n)).astype(int), 1),
    }
    return columns(rng, n, day=day, minute=minute, **(values | more))


COUNTER, ONLINE = 0, 10 * SERVICES


def working_days(rng, n, last=DAYS):
    days = FIRST + np.arange(DAYS - last, DAYS)
    return rng.choice(days[(days - 1) % 7 < 5], n)


def night_burst(rng, agency, n):
    """one night, one counter's link, a hundred telephones"""
    day = np.full(n, FIRST + 70)
    return _fives(rng, n, COUNTER, day, rng.integers(60, 180, n))


def one_device(rng, agency, n):
    """one device, spread evenly over the days"""
    device = np.full(n, 5)
    return _fives(rng, n, ONLINE, working_days(rng, n), rng.integers(540, 1200, n), device=device)


def many_devices(rng, agency, n):
    """many devices, spread evenly over the days (patient insiders)"""
    return _fives(rng, n, COUNTER, working_days(rng, n), rng.integers(510, 1000, n))


def copied(rng, agency, n):
    """one set of answers copied with small changes, within eight days"""
    template = np.tile(rng.integers(4, 6, ITEMS), (n, 1))
    changed = rng.random(n) < 0.5
    template[np.flatnonzero(changed), rng.integers(0, ITEMS, changed.sum())] = 3
    day = FIRST + 60 + rng.integers(0, 8, n)
    others = np.tile(_personal(rng, 1), (n, 1))
    return _fives(rng, n, ONLINE, day, rng.integers(480, 1300, n), items=template, others=others)


def at_the_kiosk(rng, agency, n):
    """staff at the counter's kiosk in opening hours, a dozen taps at a time"""
    sitting = np.arange(n) // 12
    days, starts = working_days(rng, n), rng.integers(510, 960, n)
    minute = starts[sitting] + rng.integers(0, 6, n)
    return _fives(
        rng, n, COUNTER, days[sitting], minute, kiosk=np.ones(n, dtype=bool), device=np.full(n, 6)
    )


def at_target_time(rng, agency, n):
    """many devices in the last ten days"""
    return _fives(rng, n, COUNTER, working_days(rng, n, 10), rng.integers(510, 1000, n))


def script(rng, agency, n):
    """a program with a constant pace, over three days, a new device each time"""
    day = FIRST + 80 + rng.integers(0, 3, n)
    return _fives(rng, n, ONLINE, day, rng.integers(480, 1300, n), seconds=np.full(n, 6))


def shared_network(rng, agency, n):
    """ten members of staff on the office's Wi-Fi, which citizens use too"""
    device = 1000 * COUNTER + rng.integers(1, 11, n)
    return _fives(rng, n, COUNTER, working_days(rng, n), rng.integers(510, 1000, n), device=device)


WAYS = (
    night_burst,
    one_device,
    many_devices,
    copied,
    at_the_kiosk,
    at_target_time,
    script,
    shared_network,
)


def _honest_day(rng, n, place, ratings, day=DAYS // 2 + 15, hours=(9, 15), network=0.3, alike=0.4):
    """`n` citizens of one day, each on their own telephone, some behind the place's network."""
    overall = rng.choice([1, 2, 3, 4, 5], n, p=ratings)
    device = rng.integers(10**9, 2 * 10**9, n)
    shared = rng.random(n) < network
    device[shared] = 1000 * place + rng.integers(1, 9, shared.sum())
    return _fives(
        rng,
        n,
        place,
        np.full(n, FIRST + day),
        rng.integers(60 * hours[0], 60 * hours[1], n),
        overall=overall,
        items=_items(rng, overall, alike=alike),
        device=device,
    )


ANGRY, DELIGHTED = (0.6, 0.25, 0.1, 0.03, 0.02), (0.0, 0.01, 0.04, 0.2, 0.75)


def outage_online(rng, agency):
    """an outage of the e-service, 120 answers within six hours"""
    return _honest_day(rng, 120, ONLINE, ANGRY)


def outage_at_the_counter(rng, agency):
    """an outage at a counter, 120 answers within six hours, a third through the office's Wi-Fi"""
    return _honest_day(rng, 120, COUNTER, ANGRY)


def outage_at_the_end(rng, agency):
    """an outage in the last week, 120 answers in the evening"""
    return _honest_day(rng, 120, COUNTER, ANGRY, DAYS - 4, (17, 22), network=0)


def outage_alike(rng, agency):
    """an outage of the e-service where nine in ten rate every question alike"""
    return _honest_day(rng, 120, ONLINE, ANGRY, alike=0.9)


def good_day(rng, agency):
    """a very good day: as many answers as usual, all content"""
    return _honest_day(rng, 4, COUNTER, DELIGHTED)


def good_busy_day(rng, agency):
    """a very good and busy day: 40 answers at one counter, nearly all content"""
    return _honest_day(rng, 40, COUNTER, DELIGHTED)


HONEST_DAYS = (
    outage_online,
    outage_at_the_counter,
    outage_at_the_end,
    outage_alike,
    good_day,
    good_busy_day,
)
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


COPIES = 20


def _copy(times: int) -> None:
    """Each stored response so many times again, 17 days apart, which takes less long than the
    door does."""
    from django.db import connection

    from responses.models import Response

    table = Response._meta.db_table
    kept = [f.column for f in Response._meta.concrete_fields if f.column not in CHANGED]
    postgresql = connection.vendor == "postgresql"
    for k in range(1, times + 1):
        moved = (
            f"answered_at - interval '{17 * k} days'"
            if postgresql
            else f"datetime(answered_at, '-{17 * k} days')"
        )
        random = "substr(md5(random()::text), 1, 14)" if postgresql else "hex(randomblob(7))"
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(kept)}, {', '.join(CHANGED[1:])})"
                f" SELECT {', '.join(kept)}, submission_key || ':{k}', {random}, {moved}"
                f" FROM {table} WHERE submission_key LIKE 'simulated:%:%:%'"
                " AND submission_key NOT LIKE 'simulated:%:%:%:%'"
            )


CHANGED = ("id", "submission_key", "receipt", "answered_at")


def speed(responses: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from responses.models import AgencyScreening, Flag
    from responses.screening.screen import screen
    from responses.simulation.wave import simulate_wave
    from surveys import clock
    from surveys.thai_dates import fiscal_year_be

    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    wave = simulate_wave(2570, responses // COPIES, fiscal_year=fiscal_year_be(clock.today()) - 1)
    _copy(COPIES - 1)
    postgresql = connection.vendor == "postgresql"
    share = "random()" if postgresql else "abs(random() / 9223372036854775807.0)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE responses_response SET seconds = CAST(3 + 40 * {share} AS integer),"
            f" device = CAST(CAST(1000000000 * {share} AS bigint) AS varchar(22))"
        )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    screen(wave)
    first = time.perf_counter() - began
    AgencyScreening.objects.update(answers=0)
    began = time.perf_counter()
    screen(wave, now=True)
    again = time.perf_counter() - began
    began = time.perf_counter()
    screen(wave, now=True)
    nothing = time.perf_counter() - began
    screenings = AgencyScreening.objects.filter(wave=wave)
    largest = max(each.answers for each in screenings)
    print(
        f"{connection.vendor}: {sum(each.answers for each in screenings):,} answers of"
        f" {len(screenings)} agencies (the largest {largest:,}), {Flag.objects.count():,} flags:"
        f" {first:.1f} s the first time, {again:.1f} s all again, {nothing:.2f} s where nothing is"
        f" new; peak memory {before:.0f} MB before,"
        f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB after"
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
        if options.traffy or options.speed:
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            traffy(options.traffy) if options.traffy else speed(options.speed)
        else:
            from surveys.screening import RULES_VERSION, VERSIONS, Screening

            version = options.rules or RULES_VERSION
            declared = Screening(version, rules=VERSIONS[version])
            table(options.agencies, options.seed, options.a_day, declared)
            honest_days(options.agencies, options.seed, options.a_day, declared)


if __name__ == "__main__":
    main()
