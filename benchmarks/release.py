"""Seconds and peak memory of a nation's release: published, made, and verified by either verifier.

Each verification runs in a process of its own, on the file alone. Then one digit is another, with
digests made anew, and must be found.

Run: python -m benchmarks.release [--agencies 200 --services 2000 --answers 10000000]
With DATABASE_URL it uses that (empty) database, else SQLite in a folder of its own.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
VERIFIERS = {
    "manage.py verify_release": ["manage.py", "verify_release"],
    "the second verifier": ["-m", "tests.releases.second_verifier"],
}


def make(agencies: int, services: int, answers: int) -> None:
    """In this process: release.zip and changed.zip in DATA_DIR."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    from analytics.models import Score
    from analytics.releases import keeping
    from analytics.scoring import publication
    from analytics.scoring.scores import compute_scores
    from benchmarks.nation import make_nation, make_tally
    from surveys.waves import close_wave

    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    wave = make_nation(agencies, services)
    make_tally(wave, answers)
    wave = close_wave(wave)
    # The answers behind the tally are not there: counting them again would empty it.
    publication.compute_scores = lambda wave, rebuild: compute_scores(wave)  # type: ignore
    spent = Spent()
    wave = publication.publish(wave)
    print(f"published, release and all       {spent}")
    spent = Spent()
    files = keeping.data_files(wave)
    print(f"of which the release's tables    {spent}")
    spent = Spent()
    content = keeping.packed(wave, files, keeping.Imprint(1, wave.published_at))
    print(f"and its file                     {spent}")
    unpacked = change_a_digit(content, Path(os.environ["DATA_DIR"]))
    print(
        f"{Score.objects.count():,} scores, {len(content) / 2**20:.1f} MB,"
        f" unpacked {unpacked / 2**20:.1f} MB",
        flush=True,
    )


def change_a_digit(content: bytes, folder: Path) -> int:
    """Write the release, and again with another lower bound of an agency. Returns its bytes
    unpacked."""
    from analytics.releases.bundle import sums_of
    from analytics.releases.signature import SUMS

    release = folder / "release.zip"
    release.write_bytes(content)
    with ZipFile(release) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    unpacked = sum(map(len, parts.values()))
    parts["data/scores.csv"] = with_another_bound(parts["data/scores.csv"].decode())
    with ZipFile(folder / "changed.zip", "w") as packed:
        for name, part in (parts | {SUMS: sums_of(parts).encode()}).items():
            packed.writestr(name, part)
    return unpacked


def with_another_bound(scores: str) -> bytes:
    """The fourth digit of the lower bound of the last agency that is shown."""
    lines = scores.splitlines(keepends=True)
    names = lines[0].strip().split(",")
    low, suppressed = names.index("low"), names.index("suppressed")
    agencies = (k for k, line in enumerate(lines) if line.startswith("agency,"))
    at = max(k for k in agencies if lines[k].split(",")[suppressed] == "false")
    row = lines[at].split(",")
    row[low] = row[low][:5] + str((int(row[low][5]) + 1) % 10) + row[low][6:]
    lines[at] = ",".join(row)
    return "".join(lines).encode()


class Spent:
    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def __str__(self) -> str:
        cpu, wall = time.process_time() - self.cpu, time.perf_counter() - self.wall
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return told(cpu, wall, peak)


def told(cpu: float, wall: float, peak: int) -> str:
    return f"{cpu:7.2f} s of CPU {wall:7.2f} s {peak / 1024:6.0f} MB at most"


def verified(command: list[str], path: Path, expected: int) -> bool:
    """Run one in a process of its own; whether it ends as it should."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command, str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    said = process.stdout.read().strip()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = told(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss)
    print(f"{path.stem:32} {spent}\n    {said.partition(chr(10))[0]}", flush=True)
    return process.returncode == expected


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=200)
    parser.add_argument("--services", type=int, default=2_000)
    parser.add_argument("--answers", type=int, default=10_000_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        make(options.agencies, options.services, options.answers)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "benchmarks.release", "--inside", *sys.argv[1:]]
        subprocess.run(command, cwd=ROOT, check=True)
        ends = []
        for name, verifier in VERIFIERS.items():
            print(name)
            ends.append(verified(verifier, Path(folder, "release.zip"), 0))
            ends.append(verified(verifier, Path(folder, "changed.zip"), 1))
    sys.exit(not all(ends))


if __name__ == "__main__":
    main()
