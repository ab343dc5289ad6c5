"""Seconds and peak memory of a cross-tab as a person waits for it, over many responses.

Files of months are made, of a nation's services with the questions of the demonstration; then each
table is ordered and made by the worker's own function, from the request to the stored table, in a
process of its own. `--beside N` has PostgreSQL count N responses as JSON and DuckDB the same N.

Run: python -m benchmarks.crosstab [--rows 20000000] [--services 2000] [--months 12] [--beside 0]
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

AT_ONCE = 200_000
TABLES = {
    "overall rating × channel": ("question OV", "channel", "answers", ()),
    "agency × overall rating": ("agency", "question OV", "answers", ()),
    "service (of one agency) × month": ("service", "month", "answers", ("agency",)),
    "age × gender, share satisfied": ("question D1", "question D2", "satisfied", ()),
}


def begin():
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


def make(rows: int, services: int, months: int, beside: int) -> None:
    """The nation, its files, and what says that they are those of its responses."""
    begin()
    from datetime import date

    import numpy as np
    import pyarrow as pa
    from django.core.files import File
    from django.core.files.storage import default_storage
    from django.core.management import call_command
    from pyarrow import parquet

    from analytics.crosstabs.columns import PLACES, closed_questions, stored_as
    from analytics.models import StoredMonth, StoredWave
    from benchmarks.nation import make_nation
    from surveys.kinds import kind_of
    from surveys.kinds.choosing import codes_of
    from surveys.models import User, Wave

    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    wave = make_nation(200, services)
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.CLOSED)
    User.objects.create_superuser("analyst")
    StoredWave.objects.create(wave=wave, log_size=0)
    random = np.random.default_rng(1)
    questions = closed_questions(wave.questionnaire)
    names = [*PLACES, *map(stored_as, questions)]
    text = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema([(name, text) for name in names])
    cells = list(wave.frame.cells.values_list("service_id", "channel_id"))
    place = {name: sorted({str(cell[k]) for cell in cells}) for k, name in enumerate(PLACES[:2])}
    coded = {
        name: np.array([place[name].index(str(cell[k])) for cell in cells], np.int32)
        for k, name in enumerate(PLACES[:2])
    }
    weight = random.lognormal(0, 1.2, len(cells))

    def column(values, chosen, blank=0.0):
        mask = random.random(len(chosen)) < blank if blank else None
        indices = pa.array(chosen.astype(np.int32), mask=mask)
        return pa.DictionaryArray.from_arrays(indices, pa.array(values, pa.string()))

    def answers(question, size):
        kind = kind_of(question)
        values = [str(n) for n in kind.whole_numbers(question)] or codes_of(question)
        if kind.scored:
            share = np.linspace(1, 4, len(values)) ** 2
            chosen = random.choice(len(values), size, p=share / share.sum())
        else:
            chosen = random.integers(0, len(values), size)
        return column(values, chosen, 0.0 if question.is_overall else 0.1)

    for number in range(months):
        month = date(2025 + (9 + number) // 12, 1 + (9 + number) % 12, 1)
        left = size = rows // months + (number < rows % months)
        path = Path(os.environ["DATA_DIR"]) / "month.parquet"
        with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            while left:
                some = min(left, AT_ONCE)
                at = random.choice(len(cells), some, p=weight / weight.sum())
                nought = np.zeros(some, np.int32)
                arrays = [
                    *(column(place[name], coded[name][at]) for name in PLACES[:2]),
                    column([f"{month:%Y-%m}"], nought),
                    column(["open", "drawn"], random.integers(0, 2, some)),
                    column(["th", "en"], random.integers(0, 2, some), 0.5),
                    *(answers(question, some) for question in questions),
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
                left -= some
        with path.open("rb") as file:
            stored = default_storage.save(f"crosstabs/{month:%Y-%m}.parquet", File(file))
        path.unlink()
        StoredMonth.objects.create(wave=wave, month=month, mark="made", file=stored, rows=size)
    held = sum(Path(each.file.path).stat().st_size for each in StoredMonth.objects.all())
    print(
        f"{rows:,} rows, {len(names)} columns, {len(cells):,} cells, {months} files,"
        f" {held / 2**20:,.0f} MB"
    )
    if beside:
        side_by_side(beside, questions)


def side_by_side(rows: int, questions) -> None:
    """The first rows of the files as JSON in a table of PostgreSQL, grouped there and here."""
    from django.db import connection

    from analytics.crosstabs.counting import connected
    from analytics.models import StoredMonth

    files = [each.file.path for each in StoredMonth.objects.all()]
    fields = ", ".join(f"'{q.code}': \"question {q.code}\"" for q in questions)
    with connected(files) as engine, connection.cursor() as cursor:
        read = f"SELECT service, channel, to_json({{{fields}}}) FROM read_parquet(?) LIMIT {rows}"
        found = engine.execute(read, [files])
        cursor.execute("CREATE UNLOGGED TABLE beside (service int, channel int, answers jsonb)")
        with cursor.copy("COPY beside FROM STDIN") as copy:
            while batch := found.fetchmany(50_000):
                for row in batch:
                    copy.write_row(row)
        cursor.execute("VACUUM ANALYZE beside")
        began = time.perf_counter()
        cursor.execute("SELECT channel, answers->>'OV', count(*) FROM beside GROUP BY 1, 2")
        cursor.fetchall()
        there = time.perf_counter() - began
        of_some = f"(SELECT * FROM read_parquet(?) LIMIT {rows})"
        began = time.perf_counter()
        engine.execute(
            f'SELECT channel, "question OV", count(*) FROM {of_some} GROUP BY 1, 2', [files]
        ).fetchall()
        here = time.perf_counter() - began
    print(f"{rows:,} rows: PostgreSQL {there:.2f} s, DuckDB {here:.2f} s, {there / here:.0f} ×")


def tabulate(name: str) -> None:
    begin()
    from analytics.crosstabs.making import ask, make_crosstab
    from analytics.crosstabs.order import Order
    from analytics.models import CrossTab
    from surveys.models import Agency, User, Wave

    rows, columns, measure, conditions = TABLES[name]
    agency = Agency.objects.get(code="A000")
    only = tuple((each, str(agency.pk)) for each in conditions)
    waves = list(Wave.objects.filter(stored__isnull=False))
    CrossTab.objects.all().delete()
    before = resource.getrusage(resource.RUSAGE_SELF)
    began, spent = time.perf_counter(), time.process_time()
    tab = ask(waves, Order(rows, columns, measure, only=only), User.objects.get())
    make_crosstab(str(tab.pk))
    wall, cpu = time.perf_counter() - began, time.process_time() - spent
    tab.refresh_from_db()
    assert tab.state == "done", tab.error
    shown = [cell for line in tab.result["cells"] for cell in line]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:34} {wall:6.2f} s   {cpu:6.2f} s of CPU   {peak:5.0f} MB"
        f" ({before.ru_maxrss / 1024:.0f} before)   {len(shown):5} cells,"
        f" {sum(cell is None for cell in shown)} suppressed"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--services", type=int, default=2_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--beside", type=int, default=0)
    parser.add_argument("--table", choices=TABLES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.table:
        tabulate(given.table)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        made = [sys.executable, "-m", "benchmarks.crosstab"]
        make(given.rows, given.services, given.months, given.beside)
        print(f"{'table, from the request':34} {'waited':>8}   {'':>15}   {'peak':>8}")
        for name in TABLES:
            subprocess.run([*made, "--table", name], check=True, env=os.environ)


if __name__ == "__main__":
    main()
