"""The servers that benchmarks start, and the processor time that they take."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server(NamedTuple):
    """A server that was started: its address, and the process that all of its others come from."""

    address: str
    pid: int

    def processor_seconds(self) -> float:
        """What it and the processes that it has started have taken so far."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if stat.parent.name == str(self.pid):
                    ticks += sum(map(int, fields[11:15]))  # with those that have ended
                elif int(fields[1]) == self.pid:
                    ticks += sum(map(int, fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def postgres(folder: Path) -> Iterator[Server]:
    """A PostgreSQL of its own, without fsync: the processor is measured, not the disk."""
    servers = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not servers:
        sys.exit("PostgreSQL's server is not installed.")
    programs, port = servers[-1].parent, free_port()
    data = folder / "postgres"
    data.mkdir()
    folder.chmod(0o755)
    as_server = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if as_server:
        shutil.chown(data, "postgres")

    def run(*command: str) -> None:
        subprocess.run([*as_server, *command], check=True, stdout=subprocess.DEVNULL)

    run(
        *(f"{programs}/initdb", "-D", f"{data}/data", "-A", "trust"),
        *("-U", "survey", "-E", "UTF8", "--locale=C.UTF-8"),
    )
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        " -c fsync=off -c max_wal_size=4GB"
    )
    control = (f"{programs}/pg_ctl", "-D", f"{data}/data", "-w", "-l", f"{data}/log")
    run(*control, "-o", options, "start")
    try:
        pid = int((data / "data/postmaster.pid").read_text().split()[0])
        yield Server(f"postgres://survey@127.0.0.1:{port}/postgres", pid)
    finally:
        run(*control, "-m", "immediate", "stop")


@contextmanager
def product_on_postgres() -> Iterator[tuple[Path, Server]]:
    """A folder and a PostgreSQL of its own, which this process and what it starts then use."""
    # Ended from outside, it still ends the servers that it has started.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit("ended"))
    with tempfile.TemporaryDirectory() as name, postgres(Path(name)) as database:
        os.environ |= {
            "DATA_DIR": str(Path(name) / "var"),
            "DATABASE_URL": database.address,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "WARNING",
        }
        yield Path(name), database
