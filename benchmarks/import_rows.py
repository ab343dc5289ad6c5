"""How fast a file of responses is imported, and with how much memory.

    python benchmarks/import_rows.py --rows 100000
    python benchmarks/import_rows.py --rows 1000000 --database-url postgres://user@host/postgres

Makes a file of that many rows (30 services, 3 channels, 4 ratings, a comment and a time each) and
imports it into a new database: SQLite in a temporary folder, or one made beside the PostgreSQL
database named, and dropped at the end. Prints rows per second, the same for a second import of
the same file (which adds nothing), and peak memory before and after, which must not grow with the
rows.
"""

import argparse
import csv
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

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


@contextmanager
def new_database(beside: str, folder: str) -> Iterator[str]:
    """The address of an empty database; the one on PostgreSQL is dropped afterwards."""
    if not beside:
        yield f"sqlite:///{folder}/db.sqlite3"
        return
    import psycopg

    name = f"benchmark_{os.getpid()}"
    with psycopg.connect(beside, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(beside)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(folder: Path, rows: int) -> dict[str, float]:
    import django
    from django.core.management import call_command

    django.setup()
    from responses.importers.importing import import_responses
    from responses.importers.mapping_toml import load_mapping
    from surveys.csv_files import CsvFile
    from surveys.rejections import Rejections

    call_command("migrate", verbosity=0)
    file, mapping = folder / "responses.csv", folder / "mapping.toml"
    write_file(file, rows)
    mapping.write_text(MAPPING, encoding="utf-8")
    before = peak_megabytes()

    def run() -> tuple[float, int]:
        begun = time.perf_counter()
        source = CsvFile.inspect(file)
        with Rejections() as rejections:
            summary = import_responses(
                source, load_mapping(str(mapping)), create=True, rejections=rejections
            )
        return time.perf_counter() - begun, summary.stored

    cpu = time.process_time()
    seconds, stored = run()
    cpu = time.process_time() - cpu
    again, added = run()
    if (stored, added) != (rows, 0):
        sys.exit(f"stored {stored} of {rows}, then {added} more")
    return {
        "rows": rows,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "rows_per_second": round(rows / seconds),
        "load_average": os.getloadavg()[0],
        "seconds_again": round(again, 2),
        "peak_mb_before": round(before, 1),
        "peak_mb": round(peak_megabytes(), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument(
        "--database-url", default="", help="a PostgreSQL database to make one beside"
    )
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        new_database(arguments.database_url, folder) as url,
    ):
        os.environ["DATA_DIR"] = folder
        os.environ["DATABASE_URL"] = url
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
        print(json.dumps(measure(Path(folder), arguments.rows)))


if __name__ == "__main__":
    main()
