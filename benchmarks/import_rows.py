"""How fast a file of responses is imported, and with how much memory.

    python benchmarks/import_rows.py --rows 100000
    python benchmarks/import_rows.py --rows 1000000 --postgres
    python benchmarks/import_rows.py --rows 200000 --postgres --kill 3

Makes a file of that many rows (30 services, 3 channels, 4 ratings, a comment and a time each) and
imports it into a new database: SQLite in a temporary folder, or a throw-away PostgreSQL. Prints
rows per second, the processor time of a row here and in PostgreSQL, the time of a second import of
the same file (which adds nothing), and peak memory before and after, which must not grow with the
rows.

With --kill the import runs as a job, as from the office's page, and its process is killed by
SIGKILL that many times on the way. In the end each row must be stored and noted for counting
exactly once.
"""

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.servers import Server, postgres  # noqa: E402

MAPPING = """
source = "benchmark"
key = ["id"]
encounters = "rows"
time = { column = "date" }
agency = { code = { column = "agency" } }
service = { code = { column = "service" } }
channel = { code = { column = "channel" }, family = "digital" }
answers.OV.column = "overall"
answers.P1.column = "p1"
answers.S1.column = "s1"
answers.C1.column = "c1"
answers.NOTE = { column = "comment", kind = "text" }
questionnaire.code = "BENCHMARK"
wave = { code = "BENCHMARK", starts_on = 2023-10-01, ends_on = 2024-09-30 }
"""
HEADER = ["id", "date", "agency", "service", "channel", "overall", "p1", "s1", "c1", "comment"]
COMMENTS = ("", "", "", "เจ้าหน้าที่สุภาพมาก ขอบคุณ", "รอนานเกินไป", "Very quick.")


def write_file(path: Path, rows: int) -> None:
    draw = random.Random(1)
    first = date(2023, 10, 1)
    days = [(first + timedelta(days=day)).isoformat() for day in range(365)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            agency = draw.randrange(10)
            ratings = draw.choices("12345", weights=(2, 3, 10, 35, 50), k=4)
            writer.writerow(
                [
                    f"R{number:08}",
                    draw.choice(days),
                    f"A{agency}",
                    f"A{agency}-{draw.randrange(3)}",
                    f"c{draw.randrange(3)}",
                    *ratings,
                    draw.choice(COMMENTS),
                ]
            )


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def prepare(folder: Path, rows: int) -> tuple[Path, Path]:
    """An empty database; the file and its mapping."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    file, mapping = folder / "responses.csv", folder / "mapping.toml"
    write_file(file, rows)
    mapping.write_text(MAPPING, encoding="utf-8")
    return file, mapping


def measure(folder: Path, rows: int, server: Server | None) -> dict[str, float]:
    file, mapping = prepare(folder, rows)
    from responses.importers.importing import import_responses
    from responses.importers.mapping_toml import load_mapping
    from surveys.csv_files import CsvFile
    from surveys.rejections import Rejections

    before = peak_megabytes()

    def run() -> tuple[float, int]:
        begun = time.perf_counter()
        source = CsvFile.inspect(file)
        with Rejections() as rejections:
            summary = import_responses(
                source, load_mapping(str(mapping)), create=True, rejections=rejections
            )
        return time.perf_counter() - begun, summary.stored

    here, there = time.process_time(), server.processor_seconds() if server else 0.0
    seconds, stored = run()
    here = time.process_time() - here
    there = server.processor_seconds() - there if server else 0.0
    again, added = run()
    if (stored, added) != (rows, 0):
        sys.exit(f"stored {stored} of {rows}, then {added} more")
    return {
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "micros_of_a_row_here": round(here / rows * 1e6, 1),
        "micros_of_a_row_in_postgresql": round(there / rows * 1e6, 1),
        "load_average": os.getloadavg()[0],
        "seconds_again": round(again, 2),
        "peak_mb_before": round(before, 1),
        "peak_mb": round(peak_megabytes(), 1),
    }


RUN_JOB = """
import django, sys
django.setup()
from responses.tasks import run_import
run_import(sys.argv[1])
"""


def kill_and_resume(folder: Path, rows: int, kills: int) -> dict[str, float]:
    file, mapping_file = prepare(folder, rows)
    from django.core.files.base import File
    from django.db import connection

    from responses.importers.importing import import_responses
    from responses.importers.mapping_toml import load_mapping
    from responses.models import ImportJob, Response
    from surveys import clock
    from surveys.csv_files import CsvFile
    from surveys.models import User, Wave
    from surveys.models.job import LOST_AFTER
    from surveys.rejections import Rejections

    with Rejections() as rejections:  # the first row makes the wave
        mapping = load_mapping(str(mapping_file))
        import_responses(
            CsvFile.inspect(file), mapping, create=True, rejections=rejections, limit=1
        )
    job = ImportJob(
        wave=Wave.objects.get(),
        name=file.name,
        mapping=tomllib.loads(MAPPING) | {"wave": {"code": "BENCHMARK"}},
        create_missing=True,
        requested_by=User.objects.create_user("benchmark"),
        requested_at=clock.now(),
        queued_at=clock.now(),
        state=ImportJob.State.QUEUED,
    )
    with file.open("rb") as opened:
        job.file.save(file.name, File(opened), save=True)
    killed_at = []
    for part in range(1, kills + 2):
        work = subprocess.Popen([sys.executable, "-c", RUN_JOB, str(job.pk)])
        while work.poll() is None:
            time.sleep(0.05)
            job.refresh_from_db()
            if part <= kills and job.count("rows") >= rows * part / (kills + 1):
                work.kill()
                work.wait()
                killed_at.append(job.count("rows"))
        ImportJob.objects.update(heartbeat=clock.now() - 2 * LOST_AFTER)
    job.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT noted.pk) FROM responses_journalentry,"
            " jsonb_array_elements(response_ids) AS noted (pk)"
        )
        noted = cursor.fetchone()
    found = {
        "state": job.state,
        "killed_at_row": killed_at,
        "rows": job.count("rows"),
        "stored": job.count("stored"),
        "already_stored": job.count("already_stored"),
        "in_the_database": Response.objects.count(),
        "noted_for_counting": noted,
    }
    print(json.dumps(found))
    wanted = {
        "state": ImportJob.State.DONE,
        "rows": rows,
        "stored": rows - 1,
        "already_stored": 1,
        "in_the_database": rows,
        "noted_for_counting": (rows, rows),
    }
    if len(killed_at) != kills or found != found | wanted:
        sys.exit("not each row exactly once")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--postgres", action="store_true", help="into a throw-away PostgreSQL")
    parser.add_argument("--kill", type=int, default=0, metavar="TIMES", help="needs --postgres")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = stack.enter_context(postgres(Path(folder))) if arguments.postgres else None
        os.environ["DATA_DIR"] = f"{folder}/var"
        os.environ["DATABASE_URL"] = server.address if server else f"sqlite:///{folder}/db.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["PYTHONPATH"] = str(ROOT)
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        if arguments.kill:
            kill_and_resume(Path(folder), arguments.rows, arguments.kill)
        else:
            print(json.dumps(measure(Path(folder), arguments.rows, server)))


if __name__ == "__main__":
    main()
