"""The engine that counts sees the named files, and nothing else."""

from pathlib import Path

import duckdb
import pyarrow
import pytest
from pyarrow import parquet

from analytics.crosstabs.counting import connected, count


@pytest.fixture
def file(tmp_path):
    """With a name and a column that would end a text or an identifier, were they not doubled."""
    path = str(tmp_path / "one'; DROP.parquet")
    text = pyarrow.array(["a", "a", None], pyarrow.string()).dictionary_encode()
    parquet.write_table(pyarrow.table({'x" FROM y; --': text}), path)
    return path


def test_names_are_names(file, tmp_path):
    assert sorted(count([file], ['x" FROM y; --'], {}), key=str) == [("a", 2), (None, 1)]
    written = tmp_path / "written"
    hostile = f"a'; COPY (SELECT 1) TO '{written}"
    assert count([file], ['x" FROM y; --'], {'x" FROM y; --': ["a"]}) == [("a", 2)]
    assert count([file], ['x" FROM y; --'], {'x" FROM y; --': [hostile]}) == []
    assert count([], ["x"], {}) == []
    assert not written.exists()


def test_it_is_locked_in(file, tmp_path, settings):
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    target = tmp_path / "out.parquet"
    before = Path(file).read_bytes()
    with connected([file]) as connection:
        for query in (
            f"SELECT * FROM read_csv('{other}')",
            f"SELECT * FROM '{other}'",
            f"SELECT * FROM glob('{tmp_path}/*')",
            "SELECT * FROM read_text('/etc/hostname')",
            "SELECT * FROM read_parquet('https://localhost/x.parquet')",
            f"COPY (SELECT 1) TO '{target}' (FORMAT parquet)",
            f"COPY (SELECT 1) TO '{file.replace(chr(39), chr(39) * 2)}' (FORMAT parquet)",
            f"ATTACH '{tmp_path}/x.db'",
            f"EXPORT DATABASE '{tmp_path}/all'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET enable_external_access = true",
            "SET memory_limit = '100GB'",
            "SET lock_configuration = false",
            f"SET allowed_directories = ['{tmp_path}']",
            "SELECT * FROM before",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(query).fetchall()
        asked = "SELECT name, value FROM duckdb_settings()"
        limits = dict(connection.execute(asked).fetchall())
    assert limits["threads"] == str(settings.CROSSTAB_THREADS)
    assert limits["memory_limit"].endswith("MiB")
    assert before == Path(file).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["one'; DROP.parquet", "other.csv"]
    )
