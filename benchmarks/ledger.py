"""What the log costs: counting with and without it, appending as it grows, proving, verifying.

Times are of CPU, as machines are shared; those of the wall stand in brackets.

Run: python -m benchmarks.ledger [--responses 100000] [--leaves 1000000] [--postgres]
With DATABASE_URL it uses that database, else SQLite in a folder of its own; `--postgres` starts a
throw-away PostgreSQL, whose CPU is counted when the log is verified, makes `--verified 500000`
leaves with responses behind them for that, and says how long 330 million would take.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.servers import Server, product_on_postgres

ROOT = Path(__file__).resolve().parent.parent
SIZES = [10_000, 100_000, 1_000_000, 10_000_000]
PAGES = 200
NATION = 330_000_000  # answers a year
ROWS = 1_000_000  # beyond so many leaves, only every 16th batch gets its rows; all get their tiles


def measure(responses: int, leaves: int, verified: int = 0, database: Server | None = None) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.ALLOWED_HOSTS.append("testserver")
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    wave = simulated(responses)
    counting(wave)
    if database:
        add_alike(wave, verified - responses)
    verifying(wave, database)
    growing(wave, leaves)


def simulated(responses: int):
    from responses.simulation.wave import simulate_wave

    began = time.perf_counter()
    wave = simulate_wave(2570, responses)
    say(f"{wave.responses.count():,} responses simulated in {time.perf_counter() - began:.1f} s")
    return wave


def counting(wave) -> None:
    """The same journal folded without the log, then with it."""
    from django.db import transaction

    from analytics.counting import tally
    from analytics.models import TallyCell
    from responses.ledger import appending
    from responses.models import JournalEntry, Leaf, Tile

    journal = list(JournalEntry.objects.filter(wave=wave))
    append = appending.append
    times: dict[str, list[float]] = {"without": [], "with": []}
    for _round in range(3):
        for name in times:
            with transaction.atomic():
                TallyCell.objects.all().delete()
                Leaf.objects.all().delete()
                Tile.objects.all().delete()
                JournalEntry.objects.all().delete()
                JournalEntry.objects.bulk_create(journal)
            appending.append = counted_only if name == "without" else append
            began = time.process_time()
            tally.fold(wave)
            times[name].append(time.process_time() - began)
    appending.append = append
    count = wave.responses.count()
    without, logged = (statistics.median(each) for each in times.values())
    say(f"fold without the log  {without:8.2f} s  {1e6 * without / count:6.1f} µs a response (CPU)")
    say(f"fold with the log     {logged:8.2f} s  {1e6 * logged / count:6.1f} µs a response (CPU)")
    say(f"ratio                 {logged / without:8.2f}")


def counted_only(wave, entries):
    """What counting alone would read."""
    from itertools import islice

    from responses.ledger.appending import AT_ONCE, Batch, history_of
    from responses.models import Response

    fields = (
        "pk service_id service__agency_id channel_id service_point__code respondent answered_at"
        " received_at selection draw"
    )
    named = ((pk, entry.revision) for entry in entries for pk in entry.response_ids)
    while some := list(islice(named, AT_ONCE)):
        found = Response.objects.filter(pk__in=[pk for pk, _revision in some])
        rows = found.values(
            *fields.split(), "sampling_unit", "base_weight", "answers", "disposition", "revision"
        )
        by_key = {row["pk"]: row for row in rows}
        yield Batch(some, by_key, history_of(by_key.values()))


def add_alike(wave, count: int) -> None:
    """More responses, each like one that is there but for key, receipt and salt, all logged."""
    from django.db import connection, transaction

    from responses.ledger import appending
    from responses.models import Response

    table, before = Response._meta.db_table, Response.objects.latest("pk").pk
    other = {
        "submission_key": "gen_random_uuid()::text",
        "receipt": "substr(upper(md5(random()::text || id || n)), 1, 14)",
        "salt": "substr(md5(random()::text || id || n), 1, 22)",
    }
    fields = [field.column for field in Response._meta.concrete_fields if not field.primary_key]
    said = ", ".join(other.get(name, name) for name in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(fields)}) SELECT {said} FROM {table},"
            f" generate_series(1, {count // wave.responses.count() + 1}) AS n"
            f" WHERE revision = 1 ORDER BY n, id LIMIT {max(0, count)}"
        )
    keys = Response.objects.filter(pk__gt=before).order_by("pk").values_list("pk", flat=True)
    named = [(pk, 1) for pk in keys]
    for start in range(0, len(named), appending.AT_ONCE):
        with transaction.atomic():
            appending.append_revisions(wave, named[start : start + appending.AT_ONCE])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def verifying(wave, database: Server | None) -> None:
    from responses.ledger.findings import Checked
    from responses.ledger.verification import How, verify

    def cpu() -> float:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = time.process_time() + ended.ru_utime + ended.ru_stime
        return own + (database.processor_seconds() if database else 0)

    before, cores = peak(), len(os.sched_getaffinity(0))
    if database:
        spent = cpu()
        start(wave, cores)
        say(f"to start {cores} processes: {cpu() - spent:.1f} s of CPU, whatever they read")
    for processes in [1, cores] if database and cores > 1 else [1]:
        began, spent = time.perf_counter(), cpu()
        found = list(verify(wave, checked := Checked(), how=How(processes)))
        took, spent = time.perf_counter() - began, cpu() - spent
        assert not found
        each = 1e6 * spent / checked.leaves
        say(
            f"verify {checked.leaves:,} leaves, {processes} side by side: {each:.1f} µs of CPU each"
            f" ({1e6 * took / checked.leaves:.1f}), memory +{peak() - before:.0f} MB"
        )
        if processes == 1:
            minutes = NATION * each / 1e6 / 60
            say(
                f"{NATION:,} leaves at that: {minutes:.0f} minutes of CPU, on {cores} cores"
                f" {minutes / cores:.0f} minutes"
            )


def start(wave, processes: int) -> None:
    """As many processes, which read nothing."""
    from django.db import connection

    from responses.ledger import side_by_side, verification
    from responses.ledger.stretches import Stretch

    nothing = [Stretch(0, 0, 1, 0)] * processes
    database = connection.settings_dict["NAME"]
    with verification._one_snapshot() as snapshot:
        list(side_by_side.go_through(nothing, processes, database, snapshot, wave.pk, 0))


def growing(wave, leaves: int) -> None:
    """The log made longer by our own code with leaves that have no response behind them."""
    from responses.ledger import tiles

    say("     leaves  µs a leaf, in batches  ms for one leaf     ms for a page  ms for its proof")
    for size in [*(size for size in SIZES if size < leaves), leaves]:
        missing = size - tiles.size_of(wave)
        if missing <= 0:
            continue
        receipts, spent = timed(extend, wave, missing)
        each = [1e6 * seconds / missing for seconds in spent]
        ones = [timed(extend, wave, 1)[1] for _k in range(30)]
        page = looking(receipts, "")
        proof = looking(receipts, "proof.json")
        one = [1e3 * statistics.median(column) for column in zip(*ones, strict=True)]
        told = "  ".join(f"{cpu:>7.1f} ({wall:6.1f})" for cpu, wall in (each, one, page, proof))
        say(f"{size:>11,}        {told}")


def extend(wave, count: int) -> list[str]:
    """Log made-up leaves; returns the receipts of some that have rows."""
    from django.db import transaction

    from responses.ledger import appending, tiles
    from responses.ledger.commitments import leaf_text
    from responses.models import new_receipts
    from responses.models.ledger import Leaf
    from surveys.hash_tree import leaf_hash
    from surveys.rows import binary, insert

    kept: list[str] = []
    while count:
        batch = min(count, appending.AT_ONCE)
        size = tiles.size_of(wave)
        with transaction.atomic():
            if size < ROWS or batch == 1 or size // appending.AT_ONCE % 16 == 0:
                rows = [(receipt, 1, "counted", os.urandom(32)) for receipt in new_receipts(batch)]
                hashes = [leaf_hash(leaf_text(wave.code, *row).encode()) for row in rows]
                first = tiles.append(wave, hashes)
                insert(
                    Leaf._meta.db_table,
                    appending.LEAF,
                    [
                        (wave.pk, position, *row, binary(commitment))
                        for position, (*row, commitment) in enumerate(rows, start=first)
                    ],
                )
                kept += [row[0] for row in rows[:: max(1, len(rows) // 2)]]
            else:
                tiles.append(wave, tiles.split(os.urandom(32 * batch)))
        count -= batch
    return kept


def looking(receipts: list[str], under: str) -> tuple[float, float]:
    """Medians in ms of whole requests for pages of random receipts: CPU and wall."""
    import random

    from django.test import Client

    client, draw = Client(), random.Random(1)
    client.get(f"/receipt/{receipts[0]}/{under}")
    times = []
    for _k in range(PAGES):
        receipt = draw.choice(receipts)
        answer, spent = timed(client.get, f"/receipt/{receipt}/{under}")
        assert answer.status_code == 200, answer
        times.append(spent)
    cpu, wall = (1e3 * statistics.median(column) for column in zip(*times, strict=True))
    return cpu, wall


def timed(work, *arguments):
    """What the work gives, and its seconds of CPU and of the wall."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work(*arguments)
    return result, (time.process_time() - cpu, time.perf_counter() - wall)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=100_000)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--verified", type=int, default=500_000)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        measure(options.responses, options.leaves)
        return
    if options.postgres:
        with product_on_postgres() as (_folder, database):
            measure(options.responses, options.leaves, options.verified, database)
        return
    with tempfile.TemporaryDirectory() as folder:
        sizes = ["--responses", str(options.responses), "--leaves", str(options.leaves)]
        subprocess.run(
            [sys.executable, "-m", "benchmarks.ledger", "--here", *sizes],
            env=os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "ERROR"},
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
