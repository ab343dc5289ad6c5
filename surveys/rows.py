"""Many rows put into a table at once, faster than through the models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

Rows = Iterable[Sequence[Any]]
"""Values as the database takes them, in the order of the columns."""


def insert(table: str, columns: Sequence[str], rows: Rows) -> None:
    """Add rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, table, columns, rows)
        else:
            cursor.executemany(_inserted(table, columns), list(rows))


def add_up(table: str, key: Sequence[str], count: str, rows: Rows) -> None:
    """Add the last value of each row to the column `count` where there is a row of this key, else
    add the row. Each key stands in the rows once, and is unique in the table."""
    columns, names = [*key, count], ", ".join([*key, count])
    added = (
        f" ON CONFLICT ({', '.join(key)})"
        f" DO UPDATE SET {count} = {table}.{count} + excluded.{count}"
    )
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(_inserted(table, columns) + added, list(rows))
            return
        cursor.execute(f"CREATE TEMP TABLE came AS SELECT {names} FROM {table} WITH NO DATA")  # noqa: S608
        _copy(cursor, "came", columns, rows)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM came{added}")  # noqa: S608
        cursor.execute("DROP TABLE came")


def _inserted(table: str, columns: Sequence[str]) -> str:
    values = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"  # noqa: S608


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Rows) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
