"""What is not the same in two releases of a wave, value by value."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from analytics.releases.bundle import as_csv
from analytics.releases.descriptions import DataFile
from analytics.releases.tables import KEYS, Row, Table

CHANGES = "changes.csv"
COLUMNS = dict.fromkeys(("file", "key", "field", "before", "after"), "string")


def changes(before: Mapping[str, DataFile], after: Mapping[str, DataFile]) -> list[Row]:
    """A row for each value that differs, empty where there is none. `key`: the codes of the thing
    that it is of, with a space between them."""
    return [
        {"file": f"data/{name}", "key": " ".join(filter(None, key))} | change
        for name, columns in KEYS.items()
        for key, change in _in_file(before.get(name), after.get(name), columns)
    ]


def _in_file(
    before: DataFile | None, after: DataFile | None, key: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Row]]:
    old, new = rows_by(before, key), rows_by(after, key)
    for place in sorted(old.keys() | new.keys()):
        was, now = old.get(place, {}), new.get(place, {})
        for field in dict.fromkeys([*was, *now]):
            if field not in key and was.get(field, "") != now.get(field, ""):
                yield (
                    place,
                    {"field": field, "before": was.get(field, ""), "after": now.get(field, "")},
                )


def rows_by(file: DataFile | None, key: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, str]]:
    """The rows of a table as written, by what they speak of."""
    rows = csv.DictReader(StringIO(file.content.decode() if file else ""))
    return {tuple(row[name] for name in key): row for row in rows}


def as_file(rows: list[Row]) -> DataFile:
    title = "Every value that is not as in the release before"
    return DataFile(title, COLUMNS, as_csv(Table(title, COLUMNS, rows)))
