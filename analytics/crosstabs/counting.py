"""How many rows of the files there are by some columns: DuckDB, locked in.

It sees the named files and nothing else, neither of the disk nor of the network, loads no
extension, writes nothing, and takes no more memory than CROSSTAB_MEMORY_MB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

Filters = Mapping[str, Sequence[str]]
"""By stored column the values of which one must hold."""


def connected(files: Sequence[str]) -> Any:
    """A connection to an empty database in memory that may read these files."""
    import duckdb  # 25 MB that no page needs

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
            "memory_limit": f"{settings.CROSSTAB_MEMORY_MB}MB",
            "threads": settings.CROSSTAB_THREADS,
            "temp_directory": "",
        },
    )
    paths = ", ".join(f"'{_doubled(path, chr(39))}'" for path in files)
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def count(
    files: Sequence[str], by: Sequence[str], filters: Filters
) -> list[tuple[str | int | None, ...]]:
    """The stored values of each column in `by`, and how many rows have them."""
    if not files:
        return []
    columns = ", ".join(map(_quoted, by))
    conditions = [f"{_quoted(name)} IN (SELECT unnest(?::VARCHAR[]))" for name in filters]
    held = " AND ".join(conditions) or "true"
    query = f"SELECT {columns}, count(*) FROM read_parquet(?) WHERE {held} GROUP BY ALL"  # noqa: S608
    with connected(files) as connection:
        found = connection.execute(query, [list(files), *(list(v) for v in filters.values())])
        rows: list[tuple[str | int | None, ...]] = found.fetchall()
    return rows


def _quoted(name: str) -> str:
    return f'"{_doubled(name, chr(34))}"'


def _doubled(text: str, quote: str) -> str:
    return text.replace(quote, quote * 2)
