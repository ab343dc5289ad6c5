"""Every benchmark of what the product does, in short: it still runs. So little says no figure.

    python -m benchmarks.short [NAME ...]

Prints the seconds and the last line of each, and all that one printed which failed. It needs
PostgreSQL, Redis and wrk.
"""

import shlex
import subprocess
import sys
import time

from benchmarks.nation import ROOT

SMALL = "--agencies 4 --services 20"
SHORT = {
    "batch": "--responses 500 --papers 4 --kills 0 --outloud 1",
    "draws": "--encounters 2000",
    "crosstab": "--rows 20000 --services 20 --months 2",
    "fold": f"--answers 100 {SMALL} --postgres",
    "import_rows": "--rows 1000 --postgres",
    "intake": "--seconds 1 --rounds 1",
    "ledger": "--responses 500 --leaves 5000 --postgres --verified 1000",
    "load": "--minutes 0.1 --seconds 1 --rate 20 --burst 40 --readers 2 --agencies 4"
    " --answers 1000 --longest 60000",
    "pages": f"{SMALL} --answers 1000 --readers 2 --seconds 10 --pause 0.1",
    "pdf": "--responses 500",
    "recount": "--answers 2000 --cells 40",
    "release": f"{SMALL} --answers 10000",
    "retention": "--answers 2000",
    "scores": f"{SMALL} --answers 10000 --repeats 1",
    "screening": "--agencies 2 --speed 2000",
    "search": "",
    "tokens": "--tokens 50 --postgres",
    "visit": "--visits 5 --rounds 1",
}
SIMULATE = {"alerts", "attacks", "change", "coverage", "disclosure", "estimation", "forecast"}
SIMULATE |= {"intervals", "monitoring", "verdicts"}
ELSEWHERE = {
    "faults": "needs a network of its own",
    "thumb": "a slow telephone waits as long for one visit as for many",
} | dict.fromkeys(SIMULATE, "simulates surveys; tests run its parts")


def run(name: str) -> bool:
    began = time.monotonic()
    command = [sys.executable, "-m", f"benchmarks.{name}", *shlex.split(SHORT[name])]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = ended.stdout.strip().splitlines() or [""]
    print(f"{name:12} {time.monotonic() - began:4.0f} s   {lines[-1]}", flush=True)
    if ended.returncode:
        print(ended.stdout, ended.stderr, f"{name} ended with {ended.returncode}", sep="\n")
    return ended.returncode == 0


def main() -> None:
    failed = [name for name in sys.argv[1:] or SHORT if not run(name)]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
