"""Small files in every format, with the same rows."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow
from pyarrow import parquet

from tests.responses.sav import write_sav

COLUMNS: dict[str, list[Any]] = {
    "id": [1, 2, 3],
    "date": ["2024-01-31", "2024-02-01", "2024-02-02"],
    "service": ["DLT-1", "DLT-1", "DOPA-1"],
    "channel": ["counter", "e_service", "counter"],
    "rating": [5, None, 4],
    "comment": ["ดีมาก", "", "ok"],
}


def write_xlsx(path: Path, columns: dict[str, list[Any]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(columns))
    for cells in zip(*columns.values(), strict=True):
        sheet.append(cells)
    book.save(path)
    return path


def write_parquet(path: Path, columns: dict[str, list[Any]]) -> Path:
    parquet.write_table(pyarrow.table(columns), path, row_group_size=2)
    return path


def with_times(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return columns | {"date": [datetime.fromisoformat(f"{day}T09:30") for day in columns["date"]]}


WRITERS = {
    "xlsx": lambda path: write_xlsx(path, COLUMNS),
    "xlsx with times": lambda path: write_xlsx(path, with_times(COLUMNS)),
    "parquet": lambda path: write_parquet(path, COLUMNS),
    "parquet with times": lambda path: write_parquet(path, with_times(COLUMNS)),
    "sav": lambda path: write_sav(path, COLUMNS),
}
