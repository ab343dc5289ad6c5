"""Names what the machine lacks, with the command that installs it. Standard library only."""

import ctypes.util
import importlib.util
import shutil
import sys

NEEDED = (
    # what, how it is found, Debian's package
    ("Python's venv", lambda: importlib.util.find_spec("ensurepip"), "python3-venv"),
    ("Pango (page layout)", lambda: ctypes.util.find_library("pango-1.0"), "libpango-1.0-0"),
    ("PangoFT2 (fonts)", lambda: ctypes.util.find_library("pangoft2-1.0"), "libpangoft2-1.0-0"),
    (
        "HarfBuzz subsetting",
        lambda: ctypes.util.find_library("harfbuzz-subset"),
        "libharfbuzz-subset0",
    ),
    ("gettext (translations)", lambda: shutil.which("msgfmt"), "gettext"),
)


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")  # noqa: T201
        return 1
    missing = [(what, package) for what, found, package in NEEDED if not found()]
    if not missing:
        return 0
    print("Missing on this machine: " + ", ".join(what for what, _package in missing))  # noqa: T201
    print("Install with: sudo apt-get install " + " ".join(p for _what, p in missing))  # noqa: T201
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
