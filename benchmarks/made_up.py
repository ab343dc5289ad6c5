"""Agencies made up of honest answers, ways to stuff them, and honest days that look as if they
were stuffed: what benchmarks of screening look at.

Honest agencies have what makes screening hard: busy days and hours, groups that come together,
citizens behind one network who look like one device, people who rate everything alike, phrases
that everybody writes.
"""

from collections.abc import Callable
from datetime import date

import numpy as np

DAYS = 120
SERVICES = 3
POINTS = 3
ITEMS = 12
PERSONAL = (4, 4, 6, 6, 3)  # choices of the personal questions
FIRST = date(2026, 1, 5).toordinal()
UNIX = date(1970, 1, 1).toordinal()
PHRASES = (
    ["เจ้าหน้าที่บริการดีมาก สุภาพ ยิ้มแย้มแจ่มใส ให้คำแนะนำดี"] * 4
    + ["อยากให้เพิ่มช่องบริการและลดระยะเวลารอคอยให้น้อยลง"] * 2
    + ["ที่จอดรถน้อย อยากให้ปรับปรุงที่จอดรถให้เพียงพอ"]
)


def columns(rng, n, *, day, minute, cell, place, overall, items, others, device, seconds, **more):
    """Answers as the rules see them."""
    from responses.screening.columns import Columns, only_written
    from responses.screening.texts import SIGNATURE

    none = np.zeros(n, dtype=bool)
    unwritten = np.zeros((n, SIGNATURE), dtype=np.uint32)
    text, signatures = only_written(more.pop("signature", unwritten))
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
        "text": text,
        "signatures": signatures,
        "in_person": cell < SERVICES,
        "kiosk": none,
        "drawn": none,
        "screened": none,
        "flagged": none,
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
