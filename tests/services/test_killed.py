"""A process of a worker is killed: the work goes on, and nothing of the dead one stays behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from config.celery import GIVE_WAY
from tests.services.test_worker import ROOT, manage

PATIENCE = 180  # seconds; a worker needs a few to start, on a busy machine many
JOB = """
from config.celery import app
app.send_task("analytics.reporting.papers.resume_papers", queue="reports")
"""

pytestmark = pytest.mark.services


def children(pid: int) -> dict[int, str]:
    """The processes of a process, by their numbers; each with what it does."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    rows = (line.split(maxsplit=1) for line in listed.stdout.splitlines())
    return {int(number): what for number, what in rows if "defunct" not in what}


def until(holds, what: str):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(AssertionError):
            if found := holds():
                return found
        time.sleep(0.2)
    pytest.fail(what)


def at(folder: Path) -> dict[str, str]:
    found = os.environ | {"DATA_DIR": str(folder), "LOG_LEVEL": "INFO"}
    for name in ("DATABASE_URL", "BROKER_URL"):
        found.pop(name, None)
    return found


@pytest.fixture(scope="module")
def migrated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    manage(at(folder), "migrate", "--verbosity", "0")
    return folder


@pytest.fixture
def environment(migrated, tmp_path):
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    return at(tmp_path)


@pytest.fixture
def supervised(environment, tmp_path):
    """A worker with a scheduler, started again whenever it ends; and what it says."""
    procfile = tmp_path / "Procfile"
    procfile.write_text(
        f"worker: {sys.executable} -m celery --quiet -A config worker --beat --concurrency 2"
        " --loglevel INFO\n"
    )
    said = tmp_path / "said.txt"
    with said.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.supervise", str(procfile)],
            cwd=ROOT,
            env=environment | {"HOST": "127.0.0.1", "PORT": "0"},
            stdout=file,
            stderr=file,
        )
    yield process.pid, said
    process.terminate()
    process.wait(timeout=PATIENCE)


def worker_of(supervisor: int) -> int:
    return until(lambda: next(iter(children(supervisor)), 0), "no worker")


def ready(said: Path, times: int) -> None:
    until(lambda: said.read_text().count(" ready.") == times, f"not ready:\n{said.read_text()}")


def test_an_idle_process_that_is_killed_does_not_stop_the_work(environment, supervised):
    supervisor, said = supervised
    ready(said, 1)
    worker = worker_of(supervisor)
    time.sleep(2)  # both processes wait for a job now, one of them with the lock
    before = children(worker)
    for number in before:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    ready(said, 2)
    assert worker_of(supervisor) != worker
    done = said.read_text().count("succeeded")
    manage(environment, "shell", "--verbosity", "0", "-c", JOB)
    until(lambda: said.read_text().count("succeeded") > done, "no job is done any more")


def test_work_gives_way_to_whoever_waits(supervised):
    supervisor, said = supervised
    ready(said, 1)
    worker = worker_of(supervisor)
    until(lambda: len(children(worker)) == 3, "no processes")
    own = os.getpriority(os.PRIO_PROCESS, supervisor)
    for each in (worker, *children(worker)):
        assert os.getpriority(os.PRIO_PROCESS, each) == min(own + GIVE_WAY, 19)


def test_no_scheduler_outlives_its_worker(supervised):
    supervisor, said = supervised
    ready(said, 1)
    worker = worker_of(supervisor)
    # Two processes for jobs, and the scheduler.
    before = until(lambda: len(children(worker)) == 3 and children(worker), "no scheduler")
    os.kill(worker, signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{each}").exists() for each in before), "left behind")
    ready(said, 2)


def test_a_scheduler_whose_worker_has_gone_before_it_ends(environment):
    program = "from config import celery; celery.BEGAN_AS = 0; celery.end_with_the_worker()"
    begun = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=False)
    assert begun.returncode == -signal.SIGTERM
