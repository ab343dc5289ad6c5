"""Blind tokens: how fast they are issued and spent, and whether one is ever spent twice.

    python -m benchmarks.tokens [--tokens 10000] [--processes 2] [--postgres]

Each is blinded as a browser does, issued, unblinded and spent with an answer through the door, in
a new database. Then five hundred tokens are spent twenty times each, by all processes at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache, partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from benchmarks.servers import postgres

SPENT_AGAIN, TRIES = 500, 20
told = browsers = 0.0


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--tokens", type=int, default=10_000)
    told.add_argument("--processes", type=int, default=os.cpu_count())
    told.add_argument("--postgres", action="store_true")
    asked = told.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ |= {"DATA_DIR": folder, "BROKER_URL": "memory://", "LOG_LEVEL": "ERROR"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        server = None
        if asked.postgres:
            own = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            server = stack.enter_context(postgres(own))
            os.environ["DATABASE_URL"] = server.address
        _new_wave()
        spawned = ProcessPoolExecutor(asked.processes, get_context("spawn"), _set_up)
        pool = stack.enter_context(spawned)
        list(pool.map(_warm, range(asked.processes)))
        before = server.processor_seconds() if server else 0.0
        stored = _issue_and_spend(pool, asked.tokens)
        if server:
            print(f"{server.processor_seconds() - before:.1f} s the database server")
        if stored != asked.tokens or _spend_again(pool):
            sys.exit("a token was lost or spent twice")


def _issue_and_spend(pool: ProcessPoolExecutor, tokens: int) -> int:
    began = time.perf_counter()
    stored = sum(pool.map(_one, range(tokens), chunksize=50))
    seconds = time.perf_counter() - began
    print(f"{stored:,} issued and spent in {seconds:.1f} s ({1000 * seconds / tokens:.2f} ms each)")
    busy = list(pool.map(_processor_seconds, range(16)))
    ours, browsers = (sum(part) for part in zip(*busy, strict=True))
    print(
        f"processors: {ours - browsers:.1f} s the platform, the database server apart;"
        f" {browsers:.1f} s the browsers (blinding and unblinding)"
    )
    return stored


def _spend_again(pool: ProcessPoolExecutor) -> int:
    tokens = list(pool.map(_token, range(SPENT_AGAIN)))
    tries = chain.from_iterable(zip(*[tokens] * TRIES, strict=True))
    spent = sum(pool.map(_spend, tries, range(SPENT_AGAIN * TRIES), chunksize=1))
    print(f"{SPENT_AGAIN * TRIES:,} tries with {SPENT_AGAIN} tokens: {spent - SPENT_AGAIN} double")
    return spent - SPENT_AGAIN


def _set_up() -> None:
    import django

    django.setup()


def _new_wave() -> None:
    _set_up()
    from django.core.management import call_command
    from django.db import connections

    from surveys.models import Wave
    from surveys.waves import open_wave
    from tests.attacks.ground import bare_ground

    call_command("migrate", verbosity=0)
    wave = bare_ground().wave
    Wave.objects.filter(pk=wave.pk).update(method=wave.method | {"tokens": "offered"})
    open_wave(Wave.objects.get(pk=wave.pk))
    connections.close_all()


def _processor_seconds(_number: int) -> tuple[float, float]:
    """Once from each process: in all, and what browsers would have taken of it."""
    global told, browsers
    time.sleep(0.1)
    seconds, told = time.process_time() - told, time.process_time()
    of_browsers, browsers = browsers, 0.0
    return seconds, of_browsers


def _warm(_number: int) -> None:
    """The processes start before the clock does."""
    global told
    from surveys.models import Wave

    Wave.objects.get()
    told = time.process_time()


def _one(number: int) -> int:
    return _spend(_token(f"once {number}"), number)


def _token(identity: object) -> str:
    global browsers
    from responses.intake.doors import wave_called
    from surveys.verified.issuing import issue
    from tests.tokens import blinded_for, unblinded

    wave = wave_called("W")
    assert wave is not None
    began = time.process_time()
    blinded = blinded_for(wave)
    browsers += time.process_time() - began
    signature = issue(wave, str(identity), blinded.sent)
    began = time.process_time()
    token = unblinded(wave, blinded, signature)
    browsers += time.process_time() - began
    return token


@cache
def _slug() -> str:
    from surveys.models import EntryPoint

    return EntryPoint.objects.values_list("slug", flat=True).order_by("pk")[0]


def _spend(token: str, number: int) -> int:
    """1 where an answer was stored with it."""
    from django.db import transaction

    from responses.intake.door import Submission
    from responses.intake.doors import door_to, link_at
    from responses.models import Response
    from surveys.verified.spending import is_token, spend

    link = link_at(_slug())
    door = door_to(link.service, link.channel, "W")
    sent = partial(Submission, service=link.service, channel=link.channel, entry_point=link)
    key = f"{os.getpid()}-{number}-{time.monotonic_ns()}"
    assert is_token(door.wave, token)
    with transaction.atomic():
        door.receive(
            sent(
                key=key,
                answers={"OV": 4},
                source=Response.Source.WEB,
                selection=Response.Selection.VERIFIED,
            )
        )
        if not spend(door.wave, token):
            transaction.set_rollback(True)
            return 0
    return 1


if __name__ == "__main__":
    main()
