"""What is left after hosts were killed, frozen, slowed, cut off and told a wrong time under load.

    python -m benchmarks.faults [--faults 200] [--senders 8] [--seed 2570]

A lab of network namespaces (Linux, root, Debian's packages postgresql, redis-server, faketime): two
web hosts, two workers, a scheduler, PostgreSQL that writes as in production, Redis that forgets.
Citizens send through whichever web host answers, half by the form and half by the API, and send the
same again until they are answered. In the end all that was acknowledged is stored, each once, and
nothing else; the tally that the workers have made is what a recount gives; its scores are those of
one that is made from nothing; and the log is verified. Prints how long the site was silent.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import httpx

from benchmarks.lab import NET, Machine, apart
from benchmarks.visit import HIDDEN

DATABASE, REDIS, WEB, WORKERS, BEAT = 2, 3, (11, 12), (21, 22), 31
FAULTS = {
    "database": ["kill", "freeze", "slow", "cut"],
    "redis": ["kill", "freeze", "slow", "cut"],
    "web 1": ["kill", "freeze", "slow", "cut", "skew"],
    "web 2": ["kill", "freeze", "slow", "cut", "skew"],
    "worker 1": ["kill", "freeze", "slow", "cut", "skew"],
    "worker 2": ["kill", "freeze", "slow", "cut", "skew"],
    "beat": ["kill", "freeze", "cut"],
}
LONGEST_SILENCE = 10.0
PATIENCE = 180.0


def database(folder: Path) -> list[str]:
    import subprocess

    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1].parent
    data = folder / "postgres"
    data.mkdir()
    folder.chmod(0o755)
    shutil.chown(data, "postgres")
    as_server = ["runuser", "-u", "postgres", "--"]
    init = [f"{programs}/initdb", "-D", f"{data}/data", "-A", "trust", "-U", "survey", "-E", "UTF8"]
    quiet = subprocess.DEVNULL
    subprocess.run([*as_server, *init, "--locale=C.UTF-8"], check=True, stdout=quiet)
    with (data / "data/pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {NET}.0/24 trust\n")
    options = [*("-c", "listen_addresses=*"), *("-c", "unix_socket_directories=")]
    return [*as_server, f"{programs}/postgres", "-D", f"{data}/data", *options]


def stores(folder: Path) -> dict[str, Machine]:
    """What the others need before they start."""
    redis = ["redis-server", "--protected-mode", "no", "--save", "", "--dir", str(folder)]
    return {
        "database": Machine(DATABASE, "database", database(folder)),
        "redis": Machine(REDIS, "redis", redis),
    }


def hosts(folder: Path) -> dict[str, Machine]:
    """What serves and works over them."""
    python, celery = sys.executable, [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
    worker = [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"]
    served = [*("-m", "granian", "--interface", "wsgi", "--port", "8000", "--no-ws"),
              *("--workers", "1", "--blocking-threads", "8", "--backpressure", "64"),
              *("--log-level", "warning", "--respawn-failed-workers")]  # fmt: skip
    lab = {}
    for number, name in zip((*WEB, *WORKERS, BEAT), list(FAULTS)[2:], strict=True):
        command = [*celery, "beat", "--loglevel", "WARNING"]
        if name.startswith("web"):
            host = f"{NET}.{number}"
            command = [python, *served, "--host", host, "config.wsgi:application"]
        elif name.startswith("worker"):
            command = [*worker, "-n", f"{name.replace(' ', '')}@lab"]
        own = folder / name.replace(" ", "")
        own.mkdir()
        (own / "static").symlink_to(folder / "var/static")
        lab[name] = Machine(number, name, command, DATA_DIR=str(own))
    return lab


class Citizens:
    """People who answer, and send again until they are told that it has arrived."""

    def __init__(self, given: SimpleNamespace) -> None:
        self.given, self.over = given, Event()
        self.acknowledged: Counter[str] = Counter()
        self.tries, self.given_up = 0, 0

    def answer(self, seed: int, pause: float) -> None:
        rng = random.Random(seed)
        with httpx.Client(timeout=5) as client:
            while not self.over.is_set():
                send = self.by_form if rng.random() < 0.5 else self.by_api
                try:
                    self.acknowledged[send(client, rng)] += 1
                except TimeoutError:
                    self.given_up += 1
                time.sleep(rng.uniform(0, 2 * pause))

    def by_api(self, client: httpx.Client, rng: random.Random) -> str:
        key = str(uuid.UUID(int=rng.getrandbits(128)))
        headers = {"Authorization": f"Bearer {self.given.key}", "Idempotency-Key": key}
        answers = {f"Q{k}": rng.randint(1, 5) for k in range(15)}
        body = {"service": "S", "channel": "C", "answers": answers}
        self.until(client, rng, "POST", "/api/v1/responses/", headers=headers, json=body)
        return "api"

    def by_form(self, client: httpx.Client, rng: random.Random) -> str:
        form = self.given.form.removesuffix("answer/")
        page = self.until(client, rng, "GET", form)
        fields = dict(HIDDEN.findall(page.text)) | {"overall": str(rng.randint(1, 5))}
        cookies = dict(page.cookies)
        sent = self.until(client, rng, "POST", f"{form}answer/", data=fields, cookies=cookies)
        if rng.random() < 0.5:
            return "web"
        details = sent.headers["location"]
        page = self.until(client, rng, "GET", details, cookies=cookies)
        cookies |= dict(page.cookies)
        fields = dict(HIDDEN.findall(page.text)) | {"Q1": "3", "WHY": "ช้า", "go": "finish"}
        self.until(client, rng, "POST", details, data=fields, cookies=cookies)
        return "web"

    def until(self, client: httpx.Client, rng: random.Random, method: str, path: str, **what: Any):
        """The answer to one request, sent as often as it takes. Raise TimeoutError."""
        given_up = time.monotonic() + PATIENCE
        cookies = what.pop("cookies", {})
        while time.monotonic() < given_up:
            self.tries += 1
            host = f"http://{NET}.{rng.choice(WEB)}:8000"
            client.cookies.clear()
            client.cookies.update(cookies)
            try:
                answer = client.request(method, host + path, **what)
            except httpx.HTTPError:
                time.sleep(0.2)
                continue
            if answer.status_code < 400:
                return answer
            if answer.status_code < 500 and answer.status_code != 429:
                raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
            time.sleep(0.2)
        raise TimeoutError(path)


class Watch:
    """Whether somebody who opens the form is answered, by the one host or the other."""

    def __init__(self, form: str) -> None:
        self.form, self.over = form, Event()
        self.answered: list[float] = []

    def run(self) -> None:
        with httpx.Client(timeout=2) as client:
            while not self.over.is_set():
                for number in WEB:
                    try:
                        answer = client.get(f"http://{NET}.{number}:8000{self.form}")
                    except httpx.HTTPError:
                        continue
                    if answer.status_code == 200:
                        self.answered.append(time.monotonic())
                        break
                time.sleep(0.25)

    def silence_after(self, moment: float) -> float:
        """Seconds from a moment to the next answer."""
        return next((at - moment for at in self.answered if at >= moment), float("inf"))


def cause(lab: dict[str, Machine], rng: random.Random, mended: list[tuple[str, float]]) -> None:
    """One fault, or two at once."""
    chosen = rng.sample(list(lab), 1 if rng.random() < 0.7 else 2)
    threads = []
    for name in chosen:
        fault, seconds = rng.choice(FAULTS[name]), rng.uniform(0.5, 5)
        threads.append(Thread(target=getattr(lab[name], fault), args=[seconds]))
        mended.append((f"{fault} {name}", 0.0))
        threads[-1].start()
    for thread in threads:
        thread.join()
    for k in range(len(chosen)):
        mended[-1 - k] = (mended[-1 - k][0], time.monotonic())


def what_is_left(citizens: Citizens) -> list[str]:
    """What is not as it should be. Waits for the workers first."""
    from django.db import connection

    from analytics.counting.tally import CellKey, count_all
    from analytics.models import Score, TallyCell
    from analytics.scoring.scores import compute_scores
    from responses.ledger.findings import Checked
    from responses.ledger.verification import verify
    from responses.models import Response
    from surveys.models import Wave

    wave, wrong = Wave.objects.get(), []
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        findings = list(verify(wave, checked := Checked()))
        if not checked.waiting:
            break
        time.sleep(1)
    stored = Counter(Response.objects.values_list("source", flat=True))
    print(f"acknowledged {dict(citizens.acknowledged)}, stored {dict(stored)},"
          f" {citizens.tries:,} requests, {citizens.given_up} given up")  # fmt: skip
    if stored != citizens.acknowledged:
        wrong.append("what is stored is not what was acknowledged")
    keys = Response.objects.values_list("submission_key", flat=True)
    if len(set(keys)) != len(keys):
        wrong.append("stored twice")
    print(f"log: {checked.leaves:,} leaves, {checked.waiting} waiting, {len(findings)} findings")
    if findings or checked.waiting:
        wrong.append(f"log: {findings[:3]}, {checked.waiting} not counted")
    cells = TallyCell.objects.filter(count__gt=0).values_list(*CellKey._fields, "count")
    tally = {tuple(key): count for *key, count in cells}
    print(f"tally: {len(tally)} counts, {sum(tally.values()):,} answers")
    if tally != dict(count_all(wave)):
        wrong.append("the tally is not what a recount gives")
    values = ("level", "question", "measure", "estimate", "low", "high", "n")
    compute_scores(wave)  # from the tally that the workers have made
    by_workers = set(Score.objects.values_list(*values))
    compute_scores(wave, rebuild=True)
    if not by_workers or by_workers != set(Score.objects.values_list(*values)):
        wrong.append("the scores are not those of a tally that is made from nothing")
    connection.close()
    return wrong


def measure(options: argparse.Namespace, folder: Path) -> list[str]:
    from django.core.management import call_command

    from benchmarks.intake import prepare

    lab = stores(folder)
    try:
        time.sleep(3)
        given = prepare(folder / "tokens", 0, 0, asks_why=True)
        call_command("collectstatic", verbosity=0, interactive=False)
        lab |= hosts(folder)
        watch = Watch(given.form.removesuffix("answer/"))
        citizens = Citizens(given)
        rng = random.Random(options.seed)
        senders = [
            Thread(target=citizens.answer, args=(options.seed + k, options.pause), daemon=True)
            for k in range(options.senders)
        ]
        threads = [Thread(target=watch.run, daemon=True), *senders]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        while not watch.answered:
            if time.monotonic() > began + PATIENCE:
                sys.exit("No web host answers.")
            time.sleep(0.1)
        mended: list[tuple[str, float]] = []
        began = time.monotonic()
        while len(mended) < options.faults:
            time.sleep(rng.uniform(0.5, 3))
            cause(lab, rng, mended)
        time.sleep(LONGEST_SILENCE)
        citizens.over.set()
        for thread in senders:
            thread.join()
        watch.over.set()
        threads[0].join()
        minutes = (time.monotonic() - began) / 60
        silent = [(watch.silence_after(moment), what) for what, moment in mended]
        longest = max(silent)
        print(f"{len(mended)} faults in {minutes:.1f} minutes: "
              f"{json.dumps(Counter(what for what, _at in mended), sort_keys=True)}")  # fmt: skip
        print(f"started: { {name: each.starts for name, each in lab.items()} }")
        print(f"silent after a fault at most {longest[0]:.1f} s ({longest[1]})")
        wrong = what_is_left(citizens)
        if longest[0] > LONGEST_SILENCE:
            wrong.append(f"silent for {longest[0]:.1f} s after {longest[1]}")
        return wrong
    finally:
        for machine in lab.values():
            machine.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--senders", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0.2, help="of each, in seconds on average")
    parser.add_argument("--seed", type=int, default=2570)
    options = parser.parse_args()
    apart()
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {
            "LAB": os.environ.get("LAB", name),
            "DATA_DIR": f"{name}/var",
            "DATABASE_URL": f"postgres://survey@{NET}.{DATABASE}:5432/postgres?connect_timeout=3",
            "BROKER_URL": f"redis://{NET}.{REDIS}:6379/0",
            "CACHE_URL": f"redis://{NET}.{REDIS}:6379/1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "of the lab alone, which nobody else reaches, and as long as it must be",
            "CONTACT_KEYS": "bGFiIGxhYiBsYWIgbGFiIGxhYiBsYWIgbGFiIGxhYiE=",
            "ALLOWED_HOSTS": "*",
            "LOG_LEVEL": "WARNING",
        }
        wrong = measure(options, Path(name))
    for each in wrong:
        print(f"WRONG: {each}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
