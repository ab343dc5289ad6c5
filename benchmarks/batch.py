"""All papers of a wave by workers that are killed: each is there, once, and no worker grows on.

A scored wave whose league has as many agencies as make `--papers`; two of the office's own workers,
the first with the scheduler, over a folder. `--kills` times, evenly over the work, one of them gets
SIGKILL with all its processes, and is started again. Then every paper is opened: its structure is
held to what tests/analytics/test_pdf_ua.py asks, `--outloud` of them to a checker of others. The
memory of each process is read whenever a paper is done.

Run: python -m benchmarks.batch [--papers 200] [--kills 10] [--outloud 60]
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from itertools import chain
from pathlib import Path
from random import Random
from zipfile import ZipFile

from benchmarks.pdf import prepare

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 3 * 60 * 60
SECONDS_BETWEEN_LOOKS = 0.5


def measure(responses: int, papers: int, kills: int, outloud: int) -> bool:
    """In this process: everything, over DATA_DIR. Whether all papers are there, each once."""
    prepare(responses, papers // 2)
    from analytics.models import Report
    from analytics.reporting.papers import order_papers, papers_of, progress, zipped
    from surveys.models import Wave

    wave = Wave.objects.get()
    workers = [Worker("--beat"), Worker()]
    began = time.perf_counter()
    ordered = order_papers(wave)
    random, killed, memory, seen = Random(2570), 0, defaultdict(list), -1
    try:
        while (now := progress(wave)).left and time.perf_counter() - began < PATIENCE:
            if now.done != seen:
                seen = now.done
                for number, megabytes in chain(*(each.megabytes().items() for each in workers)):
                    memory[number].append((seen, megabytes))
            if killed < kills and now.done >= (killed + 1) * ordered // (kills + 1):
                killed += 1
                worker = random.choice(workers)
                worker.kill()
                worker.start()
            time.sleep(SECONDS_BETWEEN_LOOKS)
    finally:
        for worker in workers:
            worker.kill()
    print(
        f"{ordered} ordered, {killed} killed, {(time.perf_counter() - began) / 60:.1f} minutes",
        flush=True,
    )
    now = progress(wave)
    stored = list(papers_of(wave).values_list("file", flat=True))
    with tempfile.TemporaryFile() as file:
        file.writelines(zipped(wave))
        names = ZipFile(file).namelist()
    print(f"{now.done} done, {now.failed} failed, {now.left} left; {len(set(stored))} files,"
          f" {len(set(names))} names among {len(names)} in the zip")  # fmt: skip
    tell_memory(memory)
    paths = sorted(Path(report.file.path) for report in Report.objects.exclude(file=""))
    faulty = look_into(paths, outloud)
    return now.done == len(set(stored)) == len(set(names)) == len(names) == ordered and not faulty


class Worker:
    """One process that makes papers, and what looks after it."""

    def __init__(self, *more: str) -> None:
        self.more = more
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", *self.more]
        size = ["--concurrency", "1", "--loglevel", "ERROR"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen([*command, *size], cwd=ROOT, stdout=quiet, stderr=quiet)

    def megabytes(self) -> dict[int, int]:
        """Of its processes, by their numbers."""
        found = {}
        with suppress(FileNotFoundError, ProcessLookupError):
            # Whichever thread began them: the one that replaces another is a further thread's.
            for listed in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
                for child in map(int, listed.read_text().split()):
                    pages = int(Path(f"/proc/{child}/statm").read_text().split()[1])
                    found[child] = pages * resource.getpagesize() >> 20
        return found

    def kill(self) -> None:
        for number in self.megabytes():
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.process.kill()
        self.process.wait()


def tell_memory(memory: dict[int, list[tuple[int, int]]]) -> None:
    """The most that any process had, by fifty papers of the set."""
    most: dict[int, int] = defaultdict(int)
    for readings in memory.values():
        for done, megabytes in readings:
            most[done // 50 * 50] = max(most[done // 50 * 50], megabytes)
    curve = ", ".join(f"{done}+ {megabytes}" for done, megabytes in sorted(most.items()))
    print(f"{len(memory)} processes; MB at most, by papers done: {curve}")


def look_into(paths: list[Path], outloud: int) -> int:
    """How many are not as they should be."""
    import outloud as checker
    import pikepdf

    from tests.analytics.test_pdf_ua import faults

    faulty = warnings = 0
    for path in paths:
        with pikepdf.open(path) as pdf:
            if found := faults(pdf):
                faulty += 1
                print(path.name, found[:3])
    step = max(len(paths) // outloud, 1) if outloud else 0
    looked_at = paths[::step][:outloud] if step else []
    errors = 0
    for path in looked_at:
        found = checker.check(str(path))
        errors += sum(each.severity == "error" for each in found.findings)
        warnings = max(warnings, found.warnings)
    print(f"structure of {len(paths)} papers: {faulty} with faults")
    print(f"outloud over {len(looked_at)}: {errors} errors, at most {warnings} warnings")
    return faulty + errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=20_000)
    parser.add_argument("--papers", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--outloud", type=int, default=60)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        sys.exit(not measure(options.responses, options.papers, options.kills, options.outloud))
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "benchmarks.batch", "--inside", *sys.argv[1:]]
        done = subprocess.run(command, env=environment, cwd=ROOT, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
