"""Seconds and peak memory to count a log of opened answers again and hold a release against it.

The log is made in numbers, byte for byte as `manage.py open_log` writes it; the command then runs
in a process of its own, once on true counts and once where one answer of one cell was moved.

Run: python -m benchmarks.recount [--answers 1000000 --cells 10000]
"""

import argparse
import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from random import Random
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
SEED = 2570


def make(folder: Path, answers: int, cells: int) -> None:
    """In this process: log.jsonl.gz, release.zip and moved.zip."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from responses.ledger.commitments import COMMITTED, commit, committed_text, leaf_text
    from responses.ledger.opened import FORMAT, QUICK
    from surveys.hash_tree import Growing, leaf_hash

    random, tree, counts = Random(SEED), Growing(), Counter()
    row = dict.fromkeys(COMMITTED.values(), "") | {
        "base_weight": 1.0,
        "answered_at": datetime(2026, 1, 1, tzinfo=UTC),
        "selection": "open",
    }
    service, channel = COMMITTED["service"], COMMITTED["channel"]
    body = folder / "body"
    with body.open("w") as file:
        for k in range(answers):
            cell = f"S{k % cells // 5:05}", f"c{k % 5}"
            rating = 5 if random.random() < 0.9 else random.randrange(1, 5)
            counts[cell, rating] += 1
            row[service], row[channel] = cell
            row["receipt"] = f"{k:014}"
            given = {f"q{n}": random.randrange(1, 6) for n in range(9)} | {"overall": rating}
            salt = f"{random.getrandbits(128):032x}"
            opening = committed_text("MADE", row, 1, given, "counted", salt)
            leaf = leaf_text("MADE", row["receipt"], 1, "counted", commit(opening))
            tree.add([leaf_hash(leaf.encode())])
            file.write(json.dumps({"leaf": leaf, "opening": opening}, ensure_ascii=False) + "\n")
    seal = {"size": tree.size, "root": tree.root().hex()}
    with gzip.GzipFile(folder / "log.jsonl.gz", "wb", compresslevel=QUICK) as packed:
        packed.write(json.dumps({"format": FORMAT, "wave": "MADE", **seal}).encode() + b"\n")
        with body.open("rb") as file:
            while part := file.read(1 << 20):
                packed.write(part)
    write_release(folder / "release.zip", counts, seal)
    [one] = random.sample(sorted(counts), 1)
    counts[one] += 1
    write_release(folder / "moved.zip", counts, seal)
    size = (folder / "log.jsonl.gz").stat().st_size >> 20
    print(f"{answers:,} answers in {cells:,} cells, {size} MB, unpacked "
          f"{body.stat().st_size >> 20} MB", flush=True)  # fmt: skip


def write_release(path: Path, counts: "Counter[tuple[tuple[str, str], int]]", seal: dict) -> None:
    """Of the figures of cells alone, in the columns that a recount reads."""
    from analytics.releases.tables import SCORES
    from surveys.method import Method

    text = StringIO()
    writer = csv.DictWriter(text, list(SCORES), lineterminator="\n")
    writer.writeheader()
    for cell in sorted({cell for cell, _rating in counts}):
        ratings = {f"rated_{k}": counts[cell, k] for k in range(1, 6)}
        n = sum(ratings.values())
        share = (counts[cell, 4] + counts[cell, 5]) / n
        writer.writerow(
            {"level": "service_channel", "agency": f"A{cell[0][-2:]}", "service": cell[0],
             "channel": cell[1], "question": "overall", "measure": "top_two_box",
             "suppressed": "false", "n": n, "estimate": share, **ratings}
        )  # fmt: skip
    fields = [{"name": name, "type": kind} for name, kind in SCORES.items()]
    package = {"resources": [{"path": "data/scores.csv", "schema": {"fields": fields}}]}
    wave = {"code": "MADE", "method": Method().to_dict(), "seal": {"log": seal}}
    with ZipFile(path, "w") as zipped:
        zipped.writestr("data/scores.csv", text.getvalue())
        zipped.writestr("datapackage.json", json.dumps(package))
        zipped.writestr("wave.json", json.dumps(wave))


def main() -> None:
    from benchmarks.release import verified

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        make(options.inside, options.answers, options.cells)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "benchmarks.recount", "--inside", folder, *sys.argv[1:]]
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True)
        print(f"{'made':32} {time.perf_counter() - began:7.0f} s")
        recount = ["manage.py", "recount", str(Path(folder, "log.jsonl.gz"))]
        ends = [verified(recount, Path(folder, "release.zip"), 0)]
        ends.append(verified(recount, Path(folder, "moved.zip"), 1))
    sys.exit(not all(ends))


if __name__ == "__main__":
    main()
