"""A report asked for in one process is made by a worker in another, over each broker."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.clusters import PREPARE

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240  # seconds; a report takes a few, on a busy machine many

pytestmark = pytest.mark.services

SCORED = """
from surveys.models import Wave
call_command("simulate_wave", responses=4000)
call_command("compute_scores", Wave.objects.get().code)
"""
ASK = """
from analytics.models import Report
from analytics.reporting.requests import request_report
from surveys.models import Wave
print(request_report(Wave.objects.get(), None, "en", None).pk)
"""
LOOK = "from analytics.models import Report; r = Report.objects.get(); print(r.state, r.file.name)"


def manage(environment: dict[str, str], *arguments: str) -> str:
    finished = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return finished.stdout


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker"]
    process = subprocess.Popen(
        [*command, "--concurrency", "1", "--loglevel", "ERROR"], cwd=ROOT, env=environment
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def prepare(environment: dict[str, str]) -> None:
    manage(environment, "shell", "--verbosity", "0", "-c", PREPARE + SCORED)


def ask_and_wait(environment: dict[str, str]) -> str:
    manage(environment, "shell", "--verbosity", "0", "-c", ASK)
    end = time.monotonic() + PATIENCE
    state = ""
    while time.monotonic() < end:
        state, *file = manage(environment, "shell", "--verbosity", "0", "-c", LOOK).split()
        if state in {"done", "failed"}:
            break
        time.sleep(1)
    assert state == "done"
    return file[0]


def test_over_a_folder_with_sqlite(tmp_path):
    environment = os.environ | {"DATA_DIR": str(tmp_path), "LOG_LEVEL": "ERROR"}
    for name in ("DATABASE_URL", "BROKER_URL"):
        environment.pop(name, None)
    prepare(environment)
    with worker(environment):
        name = ask_and_wait(environment)
    assert (tmp_path / "files" / name).read_bytes().startswith(b"%PDF")


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("needs redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [server, "--port", str(port), "--save", "", "--dir", str(folder), "--loglevel", "warning"],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@pytest.mark.postgres
def test_over_redis_with_postgresql(tmp_path, django_db_blocker):
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    name = f"worker_{os.getpid()}"
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"{server}/{name}",
        "LOG_LEVEL": "ERROR",
    }
    with redis(tmp_path) as broker:
        environment["BROKER_URL"] = broker
        prepare(environment)
        with worker(environment):
            file = ask_and_wait(environment)
    assert (tmp_path / "files" / file).read_bytes().startswith(b"%PDF")
