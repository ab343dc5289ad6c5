"""Installs what the machine lacks, or names the command that does. Standard library only.

python3 config/system.py [--dev]
"""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple


class Need(NamedTuple):
    what: str
    found: Callable[[], object]
    package: str


RUN = (
    Need("Python's venv", lambda: importlib.util.find_spec("ensurepip"), "python3-venv"),
    Need("Pango (page layout)", lambda: ctypes.util.find_library("pango-1.0"), "libpango-1.0-0"),
    Need("PangoFT2 (fonts)", lambda: ctypes.util.find_library("pangoft2-1.0"), "libpangoft2-1.0-0"),
    Need(
        "HarfBuzz subsetting",
        lambda: ctypes.util.find_library("harfbuzz-subset"),
        "libharfbuzz-subset0",
    ),
)
DEV = (
    Need("gettext (checks of translations)", lambda: shutil.which("xgettext"), "gettext"),
    Need("pdftotext (checks of reports)", lambda: shutil.which("pdftotext"), "poppler-utils"),
)


def main(*, dev: bool) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036
        say(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
        return 1
    missing = [need for need in (*RUN, *(DEV if dev else ())) if not need.found()]
    if not missing:
        return 0
    say("Missing on this machine: " + ", ".join(need.what for need in missing))
    packages = [need.package for need in missing]
    become = as_root()
    if become is None or not shutil.which("apt-get"):
        say("Install with: sudo apt-get install " + " ".join(packages))
        return 1
    say("Installing " + " ".join(packages))
    return install(become, packages)


def as_root() -> list[str] | None:
    """What to put before a command that root must run; None where that asks for a password."""
    if os.geteuid() == 0:
        return []
    if sudo := shutil.which("sudo"):
        allowed = subprocess.run([sudo, "-n", "true"], check=False, stderr=subprocess.DEVNULL)  # noqa: S603
        return None if allowed.returncode else [sudo, "-n"]
    return None


def install(become: list[str], packages: list[str]) -> int:
    apt = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*apt, "update"], check=False)  # noqa: S603
    wanted = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    done = subprocess.run(wanted, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
    if done.returncode:
        say("That did not work. By hand: apt-get install " + " ".join(packages))
    return done.returncode


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    raise SystemExit(main(dev="--dev" in sys.argv[1:]))
