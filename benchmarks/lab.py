"""Machines of a lab: network namespaces on one bridge, in a namespace of their own (Linux, root).

Each has an address and one program, which is started again when it has died, as systemd does it.
A machine can be cut off, and its program killed, frozen, slowed, or told a wrong time.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread

ROOT = Path(__file__).resolve().parent.parent
NET, OURS = "10.77.0", 1
PAUSE = 1.0
"""Seconds before a program that has died is started again."""
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


def apart() -> None:
    """Run this program again in a network namespace of its own, once; and with the bridge."""
    if os.environ.get("IN_LAB"):
        ip("link set lo up")
        ip("link add lab type bridge")
        ip(f"addr add {NET}.{OURS}/24 dev lab")
        ip("link set lab up")
        return
    if os.getuid() != 0 or not FAKETIME.exists():
        sys.exit("The lab needs root, and Debian's package faketime.")
    again = ["unshare", "--net", sys.executable, "-m", sys.modules["__main__"].__spec__.name]
    done = subprocess.run([*again, *sys.argv[1:]], env=os.environ | {"IN_LAB": "1"}, check=False)
    sys.exit(done.returncode)


def ip(what: str) -> None:
    subprocess.run(["ip", *what.split()], check=True)


def network_of(process: int | str) -> str:
    return str(Path(f"/proc/{process}/ns/net").readlink())


class Machine:
    def __init__(self, number: int, name: str, command: list[str], **environment: str) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.address, self.port = f"{NET}.{number}", f"port{number}"
        self.told = clock_wrong_by(0)
        self.held = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        while network_of(self.held.pid) == network_of("self"):
            time.sleep(0.01)
        ip(f"link add {self.port} type veth peer name eth0 netns {self.held.pid}")
        ip(f"link set {self.port} master lab up")
        for what in ("link set lo up", f"addr add {self.address}/24 dev eth0", "link set eth0 up"):
            subprocess.run([*self._inside(), "ip", *what.split()], check=True)
        self.log = (Path(os.environ["LAB"]) / f"{name}.log").open("ab")
        self.lock, self.ended, self.starts = Lock(), False, 0
        self.process: subprocess.Popen[bytes] | None = None
        self.keeper = Thread(target=self._keep, daemon=True)
        self.keeper.start()

    def _inside(self) -> list[str]:
        return ["nsenter", "-t", str(self.held.pid), "-n"]

    def _keep(self) -> None:
        while not self.ended:
            with self.lock:
                if self.process is None or self.process.poll() is not None:
                    self.starts += 1
                    self.process = subprocess.Popen(
                        [*self._inside(), *self.command],
                        cwd=ROOT,
                        env=os.environ | self.environment | self.told,
                        stdout=self.log,
                        stderr=self.log,
                        start_new_session=True,
                    )
            time.sleep(PAUSE)

    def programs(self) -> list[int]:
        """Its program and all that it has started: whoever would start another one first."""
        assert self.process is not None
        parents: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found, look = [], [self.process.pid]
        while look:
            found.append(number := look.pop())
            look.extend(parents.get(number, []))
        return found

    def signal(self, number: int) -> None:
        for each in self.programs():
            with suppress(ProcessLookupError):
                os.kill(each, number)

    # Faults, each of so many seconds.

    def kill(self, seconds: float) -> None:
        """Killed, and not started again before its time."""
        with self.lock:
            self.signal(signal.SIGKILL)
            assert self.process is not None
            self.process.wait()
            time.sleep(seconds)

    def freeze(self, seconds: float) -> None:
        self.signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.signal(signal.SIGCONT)

    def slow(self, seconds: float) -> None:
        """A fifth of its speed, in steps that a waiting client notices."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.freeze(0.4)
            time.sleep(0.1)

    def cut(self, seconds: float) -> None:
        ip(f"link set {self.port} down")
        time.sleep(seconds)
        ip(f"link set {self.port} up")

    def skew(self, seconds: float, by: int = 300) -> None:
        """Started again with a clock that is wrong by so many seconds, then with the right one."""
        self.told = clock_wrong_by(by)
        self.kill(0)
        time.sleep(seconds + 5)
        self.told = clock_wrong_by(0)
        self.kill(0)

    def end(self) -> None:
        self.ended = True
        self.keeper.join()
        with suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        self.held.kill()


def clock_wrong_by(seconds: int) -> dict[str, str]:
    """The environment of a program whose clock is wrong by so much; none, if it is right."""
    if not seconds:
        return {}
    return {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME": f"{seconds:+d}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
