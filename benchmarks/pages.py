"""How fast pages of figures open, and whether that depends on how many answers are behind them.

    python -m benchmarks.pages [--answers 10000000 100000 --agencies 200 --services 2000]

Starts a throw-away PostgreSQL and makes a nation with two published waves, that many answers behind
the tally of each, a draw and what goes with satisfaction. Then 20 readers open pages through
granian with two workers, each reading for `--pause` seconds before the next. Readers, web server
and database share the machine; `taskset -c 0,1` holds all of it to two cores. Prints of each page
milliseconds (median, p95), queries and KB, then the same with the fewer answers, and the ratio.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sys
import time
from collections import defaultdict
from contextlib import closing
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from benchmarks.servers import product_on_postgres

LONGEST, MOST_QUERIES, MOST_BYTES, MOST_RATIO = 200, 20, 150_000, 1.2
PAGES = {
    "nation": "/en/waves/MADE/",
    "agency": "/en/agency/{agency}/?wave=MADE",
    "services": "/en/agency/{agency}/services/?wave=MADE",
    "fix first": "/en/agency/{agency}/first/?wave=MADE",
    "reached": "/en/agency/{agency}/reached/?wave=MADE",
    "surveys": "/en/waves/",
    "desk": "/en/office/",
    "desk of a wave": "/en/office/waves/MADE/",
    "registry": "/en/office/registry/",
}
OF_OFFICE = {"desk", "desk of a wave", "registry"}
SPEEDS = dict[str, list[float]]


def make(agencies: int, services: int, answers: int) -> None:
    """The nation with its two waves, both published."""
    from analytics.models import Score
    from analytics.scoring.scores import compute_scores
    from benchmarks.nation import CHANNELS, make_nation, make_tally, make_wave
    from surveys.models import Channel, Service, Wave
    from surveys.waves import close_wave, publish_wave

    make_nation(agencies, services)
    provided, channels = Service.objects.filter(code__regex=r"^S\d{5}$"), Channel.objects.all()
    rng = np.random.default_rng(2568)
    make_wave(list(provided), list(channels[:CHANNELS]), rng, code="BEFORE", year=2568)
    for code in ("BEFORE", "MADE"):
        wave = Wave.objects.get(code=code)
        make_tally(wave, answers, seed=wave.fiscal_year)
        wave = close_wave(wave)
        if code == "MADE":
            make_draw(wave, rng)
            make_importance(wave, rng)
        compute_scores(wave)
        publish_wave(wave, results=code)
    print(
        f"{answers:,} answers behind each of 2 waves, {Score.objects.count():,} scores", flush=True
    )


def make_draw(wave: Any, rng: np.random.Generator) -> None:
    """As if 60 of each cell's encounters had been drawn, four of five with a contact."""
    from surveys.models import Draw, DrawCell

    draw = Draw.objects.filter(wave=wave).first()
    assert draw is not None  # opening plans it
    cells = wave.frame.cells.values_list("service", "channel", "encounters")
    DrawCell.objects.bulk_create(
        (
            DrawCell(
                draw=draw,
                service_id=service,
                channel_id=channel,
                encounters=number,
                reachable=int(number * rng.uniform(0.7, 0.9)),
                drawn=60,
                answered=int(rng.integers(10, 50)),
            )
            for service, channel, number in cells
        ),
        batch_size=2_000,
    )


def make_importance(wave: Any, rng: np.random.Generator) -> None:
    from analytics.models import Importance
    from surveys.kinds import SCORED
    from surveys.models import Agency

    asked = wave.questionnaire.questions.filter(kind__in=SCORED, is_overall=False)
    codes = [question.code for question in asked]
    for agency in Agency.objects.filter(code__regex=r"^A\d{3}$"):
        shares = rng.dirichlet(np.ones(len(codes)))
        by_question = {
            code: [share, 0.8 * share, min(1.0, 1.2 * share)]
            for code, share in zip(codes, shares.tolist(), strict=True)
        }
        Importance.objects.create(
            wave=wave, agency=agency, n=500, r_squared=0.6, shares=by_question
        )


class Readers:
    """Twenty people who open one page after the other, one in four of them of the office."""

    def __init__(self, address: str, agencies: int, cookie: str) -> None:
        self.host = urlsplit(address).netloc
        self.agencies, self.cookie = agencies, cookie
        self.took: SPEEDS = defaultdict(list)

    def read(self, readers: int, seconds: float, pause: float) -> SPEEDS:
        until = time.monotonic() + seconds
        threads = [
            Thread(target=self._one, args=(random.Random(k), until, pause, k % 4 == 0))
            for k in range(readers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.took

    def _one(self, rng: random.Random, until: float, pause: float, office: bool) -> None:
        names = [name for name in PAGES if office or name not in OF_OFFICE]
        with closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
            time.sleep(rng.uniform(0, pause))
            while time.monotonic() < until:
                name = rng.choice(names)
                self.took[name].append(self._open(connection, address_of(name, rng, self.agencies)))
                time.sleep(rng.uniform(0, 2 * pause))

    def _open(self, connection: http.client.HTTPConnection, path: str) -> float:
        """Milliseconds until the whole page is there."""
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return (time.perf_counter() - begun) * 1000


def address_of(name: str, rng: random.Random, agencies: int) -> str:
    return PAGES[name].format(agency=f"A{rng.randrange(agencies):03}")


def person_of_office() -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    from surveys.roles import place

    user = get_user_model().objects.create(username="office")
    place(user, "Survey office")
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user)
    return client


def weights(client: Any, agencies: int) -> dict[str, tuple[int, int]]:
    """Queries and bytes of each page, once it has been opened before."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    rng, found = random.Random(2570), {}
    for name in PAGES:
        path = address_of(name, rng, agencies)
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        found[name] = len(asked), len(answer.content)
    return found


def measure(options: argparse.Namespace, answers: int) -> dict[str, float]:
    """p95 of each page, with all the rest printed."""
    import django
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.intake import granian

    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    call_command("collectstatic", verbosity=0, interactive=False)
    make(options.agencies, options.services, answers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = person_of_office()
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    weight = weights(client, options.agencies)
    with granian("config.wsgi:application", "--blocking-threads", "4") as web:
        Readers(web.address, options.agencies, cookie).read(options.readers, 5, options.pause)
        readers = Readers(web.address, options.agencies, cookie)
        took = readers.read(options.readers, options.seconds, options.pause)
    print(f"{'':16} pages  median     p95   queries      KB")
    p95 = {}
    for name in PAGES:
        if not (told := sorted(took[name])):
            print(f"{name:16} nobody came to it")
            continue
        p95[name] = told[min(int(len(told) * 0.95), len(told) - 1)]
        queries, size = weight[name]
        met = p95[name] <= LONGEST and queries <= MOST_QUERIES and size <= MOST_BYTES
        print(
            f"{name:16} {len(told):5} {told[len(told) // 2]:7.0f} {p95[name]:7.0f} {queries:9}"
            f" {size / 1000:7.0f}{'' if met else '   over'}",
            flush=True,
        )
    return p95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agencies", type=int, default=200)
    parser.add_argument("--services", type=int, default=2_000)
    parser.add_argument("--answers", type=int, nargs="+", default=[10_000_000, 100_000])
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=5.0)
    options = parser.parse_args()
    with product_on_postgres():
        found = [measure(options, answers) for answers in options.answers]
    for name in PAGES if len(found) > 1 else ():
        ratio = found[0][name] / found[-1][name]
        print(f"{name:16} ratio of p95 {ratio:5.2f}{'' if ratio <= MOST_RATIO else '   over'}")


if __name__ == "__main__":
    main()
