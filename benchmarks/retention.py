"""Deleting the answers of a wave after their time, beside dropping a partition that holds as many.

    python -m benchmarks.retention [--answers 1000000]

Starts a throw-away PostgreSQL with two waves of so many answers, of which one is past its time.
Prints seconds and CPU of the daily task that deletes them, the longest that another connection
waited for an answer to be stored meanwhile, seconds to drop a partition by wave of the same rows,
and which of the table's promises PostgreSQL refuses to keep over partitions.
"""

import argparse
import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import psycopg

from benchmarks.intake import execute, prepare
from benchmarks.servers import Server, product_on_postgres

TABLE = "responses_response"


def measure(folder: Path, database: Server, answers: int) -> None:
    prepare(folder / "tokens", 0, 0)
    from django.conf import settings
    from django.db import connection

    from responses.privacy.retention import delete_expired_answers
    from surveys import clock
    from surveys.models import Wave

    running = Wave.objects.get()
    past = Wave.objects.get(pk=running.pk)
    past.pk, past.code = None, "PAST"
    past.save(force_insert=True)
    closed = clock.now() - settings.ANSWERS_KEPT - timedelta(days=1)
    Wave.objects.filter(pk=past.pk).update(state=Wave.State.CLOSED, closed_at=closed)
    fill(running, answers)
    execute(f"UPDATE {TABLE} SET wave_id = {past.pk}")
    fill(running, answers)
    execute("VACUUM ANALYZE")
    waits: list[float] = []
    ended = threading.Event()
    citizen = threading.Thread(target=send, args=(running.pk, waits, ended))
    citizen.start()
    began, cpu = time.perf_counter(), processor(database)
    deleted = delete_expired_answers()
    took, cpu = time.perf_counter() - began, processor(database) - cpu
    ended.set()
    citizen.join()
    assert deleted == {"PAST": answers}, deleted
    print(f"{answers:,} answers deleted: {took:.1f} s, {cpu:.1f} s of CPU with PostgreSQL's")
    print(f"an answer meanwhile waited {max(waits) * 1000:.0f} ms at most ({len(waits):,} stored)")
    partitioned(running.pk)
    connection.close()


def fill(wave, answers: int) -> None:
    """As many answers as a wave has, with keys and receipts of their own."""
    from django.db import connection

    from responses.models import Response

    service, channel = wave.frame.cells.values_list("service_id", "channel_id").first()
    one = Response(
        wave=wave, service_id=service, channel_id=channel, source="web", overall=5,
        answers={f"Q{k}": 5 for k in range(15)}, answered_at=wave.opened_at,
        received_at=wave.opened_at, submission_key="template",
    )  # fmt: skip
    one.save()
    columns = [field.column for field in Response._meta.concrete_fields if not field.primary_key]
    other = {
        "submission_key": "md5(random()::text || n)",
        "receipt": "substr(md5(random()::text || n), 1, 14)",
        "salt": "substr(md5(random()::text), 1, 22)",
    }
    said = ", ".join(other.get(name, name) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} ({', '.join(columns)}) SELECT {said} FROM {TABLE},"
            f" generate_series(2, {answers}) AS n WHERE {TABLE}.id = {one.pk}"
        )


def send(wave: int, waits: list[float], ended: threading.Event) -> None:
    """An answer after the other, as a citizen's would be stored."""
    columns = execute(
        "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
        f" WHERE attrelid = '{TABLE}'::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attname NOT IN ('id', 'submission_key', 'receipt')"
    )[0][0]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        (one,) = connection.execute(
            f"SELECT min(id) FROM {TABLE} WHERE wave_id = {wave}"
        ).fetchone()
        while not ended.is_set():
            began = time.perf_counter()
            connection.execute(
                f"INSERT INTO {TABLE} ({columns}, submission_key, receipt) SELECT {columns},"
                " md5(random()::text), substr(md5(random()::text), 1, 14)"
                f" FROM {TABLE} WHERE id = {one}"
            )
            waits.append(time.perf_counter() - began)
            time.sleep(0.005)


def partitioned(wave: int) -> None:
    """The same rows by wave."""
    execute(f"CREATE TABLE apart (LIKE {TABLE} INCLUDING DEFAULTS) PARTITION BY LIST (wave_id)")
    execute(f"CREATE TABLE apart_1 PARTITION OF apart FOR VALUES IN ({wave})")
    execute(f"INSERT INTO apart SELECT * FROM {TABLE}")
    for name, definition in execute(
        "SELECT indexname, indexdef FROM pg_indexes"
        f" WHERE tablename = '{TABLE}' AND indexdef LIKE '%UNIQUE%'"
    ):
        there = definition.replace(f"public.{TABLE}", "apart").replace(name, f"apart_{name}")
        try:
            execute(there)
        except psycopg.Error as error:
            print(f"refused over partitions: {name}: {str(error).splitlines()[0]}")
    began = time.perf_counter()
    execute("DROP TABLE apart_1")
    print(f"the partition of a wave with as many dropped: {time.perf_counter() - began:.2f} s")


def processor(database: Server) -> float:
    return time.process_time() + database.processor_seconds()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=1_000_000)
    options = parser.parse_args()
    with product_on_postgres() as (folder, database):
        measure(folder, database, options.answers)


if __name__ == "__main__":
    main()
