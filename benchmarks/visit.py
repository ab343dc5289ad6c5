"""What a citizen's whole visit costs the servers: form, tap, why, finish, thanks.

    python -m benchmarks.visit [--visits 500]

Starts a throw-away PostgreSQL and granian with two workers, and a bare Django view beside the
product. All citizens take the first step, then all take the second, so that each step has its own
processor time: milliseconds of the web server and of PostgreSQL for one citizen. The last line is
the whole visit against the bare view's one insert.
"""

import argparse
import re
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
from django.core.management import call_command

from benchmarks.intake import TABLE, execute, granian, prepare
from benchmarks.servers import Server, product_on_postgres

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Citizen:
    """One phone: its cookies, and the page that it is on."""

    def __init__(self, web: Server, form: str) -> None:
        self.client = httpx.Client(base_url=web.address, timeout=60)
        self.form, self.at, self.page = form, form, ""

    def show(self) -> None:
        """Fetch the page that stands in the address bar."""
        answer = self.client.get(self.at)
        answer.raise_for_status()
        self.page = answer.text

    def tap(self) -> None:
        self._send(f"{self.form}answer/", {"overall": "4"})

    def finish(self) -> None:
        self._send(self.at, {"go": "finish"})

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


def measure(folder: Path, database: Server, visits: int) -> None:
    given = prepare(folder / "tokens", 0.01, 0)
    execute(TABLE)
    call_command("collectstatic", verbosity=0, interactive=False)
    with ExitStack() as stack:
        web = stack.enter_context(granian("config.wsgi:application"))
        bare = stack.enter_context(granian("benchmarks.bare:application"))
        form = given.form.removesuffix("answer/")
        walk(web, database, form, 20)  # to warm up
        spent = walk(web, database, form, visits)
        floor = insert(bare, database, visits)
    for name, (of_web, of_database) in spent.items():
        print(f"{name:8} {of_web:8.2f} ms of the web server {of_database:8.2f} ms of PostgreSQL")
    total = sum(map(sum, spent.values()))
    print(f"a visit  {total:8.2f} ms of CPU; a bare insert {floor:.2f} ms")
    print(f"stored: {execute('SELECT count(*) FROM responses_response')[0][0]:,}")
    print(f"visit / bare insert {total / floor:8.1f}")


def walk(web: Server, database: Server, form: str, visits: int) -> dict[str, tuple[float, float]]:
    """Milliseconds of the web server and of PostgreSQL by step, for one citizen."""
    citizens = [Citizen(web, form) for _k in range(visits)]
    spent = {}
    for name, step in STEPS.items():
        before = web.processor_seconds(), database.processor_seconds()
        for citizen in citizens:
            step(citizen)
        after = web.processor_seconds(), database.processor_seconds()
        of_web, of_database = ((b - a) * 1000 / visits for a, b in zip(before, after, strict=True))
        spent[name] = of_web, of_database
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
    arguments = parser.parse_args()
    with product_on_postgres() as (folder, database):
        measure(folder, database, arguments.visits)


if __name__ == "__main__":
    main()
