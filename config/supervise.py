"""Runs the processes of a Procfile on one machine, and starts again what has ended.

    HOST=127.0.0.1 PORT=8000 python -m config.supervise config/Procfile

A worker that dies takes no page from citizens, nor the web server the work. Ctrl-C or SIGTERM ends
all of them.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

LONGEST_PAUSE = 30.0
STEADY = 60.0
"""Seconds after which a process counts as running well, and its next end as its first."""
PATIENCE = 30.0
"""Seconds in which a process that is told to end may do so."""


@dataclass
class Supervised:
    """A process under its name: running, or waiting to be started again at `due`."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = field(default=0)

    def tend(self, now: float) -> None:
        """Start it where it is due; note that it has ended."""
        if self.process is None:
            if now >= self.due:
                self.process, self.started = subprocess.Popen(self.command), now  # noqa: S603
            return
        code = self.process.poll()
        if code is None:
            return
        self.failures = 1 if now - self.started > STEADY else self.failures + 1
        pause = min(2.0 ** (self.failures - 1), LONGEST_PAUSE)
        self.process, self.due = None, now + pause
        how = f"signal {-code}" if code < 0 else f"exit {code}"
        say(f"{self.name} has ended ({how}); it is started again in {pause:g} s.")

    def end(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def read(procfile: Path) -> list[Supervised]:
    """The processes of a Procfile, a line each: `name: command`, with variables filled in."""
    lines = (line.partition(":") for line in procfile.read_text().splitlines() if line.strip())
    return [
        Supervised(name.strip(), shlex.split(os.path.expandvars(command)))
        for name, _colon, command in lines
    ]


def taken(host: str, port: int) -> bool:
    """Whether something listens on the port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


class Ended(Exception):
    """Somebody told us to end."""


def _end(number: int, frame: FrameType | None) -> None:
    raise Ended


def main(procfile: str = "") -> int:
    """Without a Procfile only see whether the port is free."""
    host, port = os.environ["HOST"], int(os.environ["PORT"])
    if taken(host, port):
        say(f"Port {port} is in use. Another one: PORT={port + 1} make run")
        return 1
    if not procfile:
        return 0
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    processes = read(Path(procfile))
    try:
        while True:
            for each in processes:
                each.tend(time.monotonic())
            time.sleep(0.2)
    except Ended:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for each in processes:
            if each.process is not None:
                each.process.terminate()
        for each in processes:
            each.end()
        return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
