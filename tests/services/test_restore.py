"""A database is restored from its base backup and its write-ahead log, to the end and to a moment
before: what is back, what is lost, and what is said of it (docs/operations.md)."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not BINARIES, reason="needs PostgreSQL's server programs"),
]

MAKE = "from benchmarks.nation import make_nation; make_nation(1, 2)"
ANSWER = """
from analytics.counting import tally
from benchmarks.nation import make_answers
from surveys.models import Wave
wave = Wave.objects.get(code="MADE")
make_answers(wave, {up_to})
tally.fold(wave)
"""
RECEIPTS = """
from responses.models import Response
print(*Response.objects.order_by("pk").values_list("receipt", flat=True))
"""
DISPOSITIONS = """
from responses.models import Response
print(*Response.objects.order_by("pk").values_list("disposition", flat=True))
"""


class Platform:
    """The product's commands over one PostgreSQL."""

    def __init__(self, address: str, folder: Path) -> None:
        self.environment = os.environ | {"DATABASE_URL": address, "DATA_DIR": str(folder)}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )

    def manage(self, *arguments: str) -> str:
        finished = self.run(*arguments)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    def do(self, program: str) -> list[str]:
        return self.manage("shell", "--verbosity", "0", "-c", program).split()

    def root(self) -> str:
        """The log's size and root, once it is found to be as it was written."""
        return re.search(r"Root: (\d+:\w+)", self.manage("verify_log", "MADE"))[1]


def as_server(*command: str | Path) -> str:
    runner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    done = subprocess.run(
        [*runner, *map(str, command)], check=True, capture_output=True, text=True, timeout=120
    )
    return done.stdout


@contextmanager
def served(data: Path, port: int, *options: str) -> Iterator[str]:
    said = " ".join(
        f"-c {option}"
        for option in (
            f"port={port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=''",
            *options,
        )
    )
    control = (BINARIES[-1] / "pg_ctl", "-D", data, "-w", "-l", data.parent / "log")
    as_server(*control, "-o", said, "start")
    try:
        yield f"postgres://survey@127.0.0.1:{port}/postgres"
    finally:
        as_server(*control, "-m", "fast", "stop")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Which PostgreSQL's own account may write into."""
    with tempfile.TemporaryDirectory() as name:
        if os.getuid() == 0:
            shutil.chown(name, "postgres")
        yield Path(name)


def restore(base: Path, data: Path, archive: Path, until: str = "") -> tuple[str, ...]:
    """Put the base backup in a place of its own; returns the options that replay the archive."""
    as_server("cp", "-a", base, data)
    as_server("touch", data / "recovery.signal")
    target = (f"recovery_target_name={until}", "recovery_target_action=promote") if until else ()
    return (f"restore_command='cp {archive}/%f %p'", *target)


def test_restored_to_the_end_and_to_a_moment_before(folder, tmp_path):
    data, base, archive = folder / "data", folder / "base", folder / "archive"
    programs, port = BINARIES[-1], free_port()
    as_server(programs / "initdb", "-D", data, "-A", "trust", "-U", "survey", "-E", "UTF8")
    as_server("mkdir", archive)
    archiving = ("archive_mode=on", f"archive_command='cp %p {archive}/%f'", "fsync=off")
    with served(data, port, *archiving) as address:
        here = Platform(address, tmp_path / "var")
        psql = (programs / "psql", address.replace("postgres:", "postgresql:"), "-qAtc")
        here.manage("migrate", "--verbosity", "0")
        here.manage("load_registry")
        here.do(MAKE)
        here.do(ANSWER.format(up_to=30))
        dump = address.replace("postgres:", "postgresql:")
        as_server(programs / "pg_basebackup", "-d", dump, "-D", base, "-X", "none", "-c", "fast")
        here.do(ANSWER.format(up_to=40))
        before = here.root()
        as_server(*psql, "SELECT pg_create_restore_point('noon')")
        receipts = here.do(RECEIPTS)
        here.manage("erase_response", receipts[7])
        here.do(ANSWER.format(up_to=45))
        last = here.root()
        all_receipts = here.do(RECEIPTS)
        as_server(*psql, "SELECT pg_switch_wal()")
    shutil.rmtree(data)

    options = restore(base, folder / "end", archive)
    with served(folder / "end", port, *options) as address:
        restored = Platform(address, tmp_path / "var")
        assert restored.do(RECEIPTS) == all_receipts
        assert restored.do(DISPOSITIONS)[7] == "erased"
        assert restored.root() == last
        assert restored.run("verify_log", "MADE", "--root", last).returncode == 0

    options = restore(base, folder / "noon", archive, "noon")
    with served(folder / "noon", port, *options) as address:
        restored = Platform(address, tmp_path / "var")
        assert restored.do(RECEIPTS) == receipts == all_receipts[:40]
        assert restored.root() == before
        # Somebody holds a later root: what is missing is said, whatever the database holds.
        said = restored.run("verify_log", "MADE", "--root", last)
        assert said.returncode != 0
        assert last.partition(":")[0] in said.stdout
        # What was erased since is back, until it is erased again.
        assert restored.do(DISPOSITIONS)[7] == "counted"
        restored.manage("erase_response", receipts[7])
        restored.do(ANSWER.format(up_to=40))
        assert restored.do(DISPOSITIONS)[7] == "erased"
        assert restored.run("verify_log", "MADE", "--root", before).returncode == 0
