"""What a citizen's whole visit costs the servers: form, tap, why, finish, thanks.

    python -m benchmarks.visit [--visits 500] [--rounds 3]

Starts a throw-away PostgreSQL and granian as docs/deployment starts it, and a bare Django view
beside the product. All citizens take the first step, then all take the second, so that each step
has its own processor time: milliseconds of the web server and of PostgreSQL for one citizen. Each
sends what a browser sends; those of a further row also write why. The last line is the whole visit
against the bare view's one insert, the median of the rounds.
"""

import argparse
import re
import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
from django.core.management import call_command

from benchmarks.intake import TABLE, execute, granian, prepare
from benchmarks.servers import Server, product_on_postgres

PRODUCTION = ("--blocking-threads", "8", "--backpressure", "256")
REASON = "รอนานมาก แต่เจ้าหน้าที่สุภาพ"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Citizen:
    """One phone: its cookies, and the page that it is on."""

    def __init__(self, web: Server, form: str, reason: str) -> None:
        self.client = httpx.Client(base_url=web.address, timeout=60)
        self.form, self.at, self.page, self.reason = form, form, "", reason

    def show(self) -> None:
        """Fetch the page that stands in the address bar."""
        answer = self.client.get(self.at)
        answer.raise_for_status()
        self.page = answer.text

    def tap(self) -> None:
        self._send(f"{self.form}answer/", {"overall": "4"})

    def finish(self) -> None:
        self._send(self.at, {"WHY": self.reason, "Q0": "4", "go": "finish"})

    def _send(self, address: str, fields: dict[str, str]) -> None:
        answer = self.client.post(address, data=dict(HIDDEN.findall(self.page)) | fields)
        if answer.status_code not in (302, 303):
            sys.exit(f"{address}: {answer.status_code}")
        self.at = answer.headers["location"]


STEPS: dict[str, Callable[[Citizen], None]] = {
    "form": Citizen.show,
    "tap": Citizen.tap,
    "why": Citizen.show,
    "finish": Citizen.finish,
    "thanks": Citizen.show,
}


def measure(folder: Path, database: Server, visits: int, rounds: int) -> None:
    given = prepare(folder / "tokens", 0.01, 0, asks_why=True)
    execute(TABLE)
    call_command("collectstatic", verbosity=0, interactive=False)
    with ExitStack() as stack:
        web = stack.enter_context(granian("config.wsgi:application", *PRODUCTION))
        bare = stack.enter_context(granian("benchmarks.bare:application", *PRODUCTION))
        form = given.form.removesuffix("answer/")
        walk(web, database, form, 50, REASON)  # to warm up
        insert(bare, database, 50)
        ratios = []
        for _round in range(rounds):
            spent = walk(web, database, form, visits, "")
            written = walk(web, database, form, visits, REASON)
            spent["finish, with a reason"] = written["finish"]
            floor = insert(bare, database, visits)
            ratios.append(report(spent, floor))
    print(f"stored: {execute('SELECT count(*) FROM responses_response')[0][0]:,}")
    by_round = ", ".join(f"{ratio:.1f}" for ratio in ratios)
    print(f"visit / bare insert {statistics.median(ratios):8.1f}   (by round: {by_round})")


def report(spent: dict[str, tuple[float, float]], floor: float) -> float:
    """How many inserts a visit without a reason costs; NaN where so few take no time."""
    for name, (of_web, of_database) in spent.items():
        print(f"{name:22} {of_web:6.2f} ms of the web server {of_database:6.2f} ms of PostgreSQL")
    total = sum(sum(spent[name]) for name in STEPS)
    reason = sum(spent["finish, with a reason"]) - sum(spent["finish"])
    print(f"a visit {total:.2f} ms of CPU, with a reason {total + reason:.2f} ms")
    print(f"a bare insert {floor:.2f} ms\n")
    return total / floor if floor else float("nan")


def walk(
    web: Server, database: Server, form: str, visits: int, reason: str
) -> dict[str, tuple[float, float]]:
    """Milliseconds of the web server and of PostgreSQL by step, for one citizen."""
    citizens = [Citizen(web, form, reason) for _k in range(visits)]
    spent = {}
    for name, step in STEPS.items():
        before = web.processor_seconds(), database.processor_seconds()
        for citizen in citizens:
            step(citizen)
        after = web.processor_seconds(), database.processor_seconds()
        of_web, of_database = ((b - a) * 1000 / visits for a, b in zip(before, after, strict=True))
        spent[name] = of_web, of_database
    for citizen in citizens:
        citizen.client.close()
    return spent


def insert(bare: Server, database: Server, visits: int) -> float:
    """Milliseconds of both for one request to the bare view."""
    before = bare.processor_seconds() + database.processor_seconds()
    with httpx.Client(base_url=bare.address) as client:
        for _k in range(visits):
            client.post("/", content=b"[5,4,5,3,4,5,4,5,3,4,5,4,5,3,4]").raise_for_status()
    after = bare.processor_seconds() + database.processor_seconds()
    return (after - before) * 1000 / visits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with product_on_postgres() as (folder, database):
        measure(folder, database, arguments.visits, arguments.rounds)


if __name__ == "__main__":
    main()
