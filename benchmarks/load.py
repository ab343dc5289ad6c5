"""Half an hour of citizens who answer at a steady rate beside people who read, then a burst.

    python -m benchmarks.load [--rate 260 --minutes 30 --readers 20] [--burst 1040 --seconds 30]

Starts a throw-away PostgreSQL with a nation of two published waves and one that runs, granian with
two workers, and a worker with its scheduler over Redis. While these start a tenth of the rate comes
and nobody reads. Half of the answers come by the form, which is fetched first, half by the API.
Each has its moment, whether those before it have been answered or not, and its time counts from
there. What is refused or not answered within ten seconds stays on the device and is sent again,
with the same key, until it has arrived. Prints milliseconds by minute, what was refused, what an
answer costs, and the memory of all; in the end all is stored, each once.
"""

import argparse
import http.client
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import time
import uuid
from collections import Counter, defaultdict
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

from benchmarks.intake import ROOT, execute, granian, prepare
from benchmarks.pages import Readers, make, person_of_office
from benchmarks.servers import Server, free_port, product_on_postgres
from benchmarks.visit import HIDDEN, PRODUCTION

PATIENCE = 10.0
KEPT = {429, 503}
"""Answers after which a device keeps what it has, and sends it again."""


@dataclass
class Send:
    """An answer of a citizen: its moment, and how it travels."""

    at: float
    by: str
    key: str
    rating: int
    form: dict[str, str] = field(default_factory=dict)


class Citizens:
    def __init__(self, address: str, given: SimpleNamespace, threads: int) -> None:
        self.host, self.given = urlsplit(address).netloc, given
        self.waiting: queue.Queue[Send | None] = queue.Queue()
        self.kept: list[Send] = []
        self.took: dict[int, list[float]] = defaultdict(list)
        self.said: Counter[str] = Counter()
        self.arrived: Counter[str] = Counter()
        self.began = time.monotonic()
        self.threads = [Thread(target=self._send_on) for _k in range(threads)]

    def answer(self, rate: float, seconds: float, rng: random.Random) -> None:
        """Let so many a second come, each at its moment, and wait until all have been tried."""
        self.began = start = time.monotonic()
        for thread in self.threads:
            thread.start()
        for number in range(int(rate * seconds)):
            at = start + number / rate
            time.sleep(max(at - time.monotonic(), 0))
            by = "web" if rng.random() < 0.5 else "api"
            key = str(uuid.UUID(int=rng.getrandbits(128)))
            self.waiting.put(Send(at, by, key, rng.randint(1, 5)))
        for _thread in self.threads:
            self.waiting.put(None)
        for thread in self.threads:
            thread.join()

    def _send_on(self) -> None:
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        with closing(connection):
            while send := self.waiting.get():
                if self.try_one(connection, send):
                    minute = int((send.at - self.began) // 60)
                    self.took[minute].append((time.monotonic() - send.at) * 1000)
                else:
                    self.kept.append(send)

    def send_what_is_kept(self) -> None:
        """As devices do it by and by. Raise TimeoutError where it does not arrive."""
        until = time.monotonic() + 60 * PATIENCE
        with closing(http.client.HTTPConnection(self.host, timeout=PATIENCE)) as connection:
            while self.kept:
                if time.monotonic() > until:
                    raise TimeoutError(f"{len(self.kept)} have not arrived")
                self.kept = [send for send in self.kept if not self.try_one(connection, send)]

    def try_one(self, connection: http.client.HTTPConnection, send: Send) -> bool:
        """Whether it has arrived."""
        form = self.given.form
        try:
            if send.by == "api":
                answers = {f"Q{k}": send.rating for k in range(15)}
                body = json.dumps({"service": "S", "channel": "C", "answers": answers})
                headers = {
                    "Authorization": f"Bearer {self.given.key}",
                    "Idempotency-Key": send.key,
                    "Content-Type": "application/json",
                }
                status = self._ask(connection, "POST", "/api/v1/responses/", body, headers)[0]
            else:
                if not send.form:
                    status, page, cookie = self._ask(connection, "GET", form[: -len("answer/")])
                    if status != 200:
                        return self._note(f"form {status}", arrived=False)
                    send.form = {**dict(HIDDEN.findall(page)), "cookie": cookie}
                fields = {**send.form, "overall": str(send.rating)}
                headers = {
                    "Cookie": fields.pop("cookie"),
                    "Content-Type": "application/x-www-form-urlencoded",
                }
                status = self._ask(connection, "POST", form, urlencode(fields), headers)[0]
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return self._note(type(error).__name__, arrived=False)
        arrived = status < 400
        if arrived:
            self.arrived[send.by] += 1
        return self._note(f"{send.by} {status}", arrived=arrived)

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: str = "",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, str, str]:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
        return answer.status, answer.read().decode(), cookie

    def _note(self, what: str, *, arrived: bool) -> bool:
        self.said[what] += 1
        return arrived

    def errors(self) -> int:
        """Answers that no device would know what to do with."""
        numbers = ((what.rpartition(" ")[2], count) for what, count in self.said.items())
        return sum(
            count
            for number, count in numbers
            if number.isdigit() and int(number) >= 400 and int(number) not in KEPT
        )


def report(citizens: Citizens, memory: list[str], longest: float) -> bool:
    """Whether 99 of 100 of them all were answered within `longest` ms, none with an error."""
    print("minute   answers    p50    p99    max ms   MB of web, worker, PostgreSQL")
    for minute, took in sorted(citizens.took.items()):
        tell(str(minute), took, memory[minute] if minute < len(memory) else "")
    p99 = tell("all", list(chain.from_iterable(citizens.took.values())))
    print(f"said: {dict(citizens.said)}; kept on the device: {len(citizens.kept):,}", flush=True)
    return p99 <= longest and not citizens.errors()


def tell(name: str, took: list[float], used: str = "") -> float:
    """Print a row of milliseconds; returns within how many 99 of 100 were answered."""
    took.sort()
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    print(f"{name:>6} {len(took):9,} {p50:6.0f} {p99:6.0f} {took[-1]:8.0f}   {used}")
    return p99


def megabytes(pid: int) -> float:
    """Of a process and all that it has started; shared memory counts as its share."""
    children = subprocess.run(
        ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
    )
    total = sum(megabytes(int(child)) for child in children.stdout.split())
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) / 1024
    return total


def watch(pids: list[int], memory: list[str], minutes: float) -> None:
    for _minute in range(int(minutes) + 1):
        memory.append(", ".join(f"{megabytes(pid):,.0f}" for pid in pids))
        time.sleep(60)


def measure(options: argparse.Namespace, folder: Path, database: Server) -> bool:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    call_command("collectstatic", verbosity=0, interactive=False)
    make(options.agencies, 10 * options.agencies, options.answers)
    given = prepare(folder / "tokens", 0, 0)
    execute("ANALYZE")
    client = person_of_office()
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    rng, memory, met = random.Random(2570), [], True
    with ExitStack() as stack:
        web = stack.enter_context(granian("config.wsgi:application", *PRODUCTION))
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", "--beat",
             "--concurrency", "1", "--loglevel", "ERROR"],
            cwd=ROOT,
        )  # fmt: skip
        stack.callback(worker.wait)
        stack.callback(worker.terminate)
        seconds = 60 * options.minutes
        reading = Thread(
            target=Readers(web.address, options.agencies, cookie).read,
            args=(options.readers, seconds, 5.0),
        )
        pids = [web.pid, worker.pid, database.pid]
        watching = Thread(target=watch, args=(pids, memory, options.minutes), daemon=True)
        arrived: Counter[str] = Counter()
        for name, rate, lasting in (
            ("start", options.rate / 10, options.seconds),
            ("steady", options.rate, seconds),
            ("burst", options.burst, options.seconds),
        ):
            if name == "steady":
                reading.start()
                watching.start()
            citizens = Citizens(web.address, given, options.threads)
            before = web.processor_seconds(), database.processor_seconds()
            citizens.answer(rate, lasting, rng)
            after = web.processor_seconds(), database.processor_seconds()
            print(f"{name}: {rate:.0f} a second for {lasting:.0f} s")
            good = report(citizens, memory if name == "steady" else [], options.longest)
            spent = [1000 * (b - a) / (rate * lasting) for a, b in zip(before, after, strict=True)]
            print(
                "ms of CPU an answer, readers with it: web {:.2f}, PostgreSQL {:.2f}".format(*spent)
            )
            met &= good if name == "steady" else not citizens.errors()
            citizens.send_what_is_kept()
            arrived += citizens.arrived
        reading.join()
        stored = dict(execute("SELECT source, count(*) FROM responses_response GROUP BY source"))
        print(f"arrived {dict(arrived)}, stored {stored}")
        return met and stored == dict(arrived)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=260)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--burst", type=float, default=1040)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--longest", type=float, default=500, help="milliseconds")
    parser.add_argument("--agencies", type=int, default=200)
    parser.add_argument("--answers", type=int, default=10_000_000)
    options = parser.parse_args()
    if not shutil.which("redis-server"):
        sys.exit("redis-server is not installed.")
    with product_on_postgres() as (folder, database), ExitStack() as stack:
        port = free_port()
        command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder)]
        redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        stack.callback(redis.terminate)
        os.environ |= {
            "BROKER_URL": f"redis://127.0.0.1:{port}/0",
            "CACHE_URL": f"redis://127.0.0.1:{port}/1",
            "API_REQUESTS_PER_MINUTE": "100000000",
        }
        met = measure(options, folder, database)
    sys.exit(not met)


if __name__ == "__main__":
    main()
