"""PostgreSQL's own programs, and the product's commands over what they serve."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_registry", verbosity=0)
"""
PATIENCE = 600  # seconds; on a busy machine
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Platform:
    """The product's commands over one PostgreSQL."""

    def __init__(self, address: str, folder: Path, **further: str) -> None:
        own = {"DATABASE_URL": address, "DATA_DIR": str(folder)}
        self.environment = os.environ | own | further

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
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
        [*runner, *map(str, command)],
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
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
