"""Whatever a file says, the import does not crash, and its good rows are stored."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responses.importers.detect import open_table
from responses.importers.guess import guess
from responses.importers.importing import import_responses
from responses.importers.known import Known
from responses.importers.look import look_at, tells_rows_apart
from responses.importers.mapping import MappingError
from responses.importers.mapping_toml import read_mapping
from responses.models import Response
from surveys.csv_files import FileError
from surveys.rejections import Rejections
from tests.responses.test_import_formats import ENTRIES

FUZZ = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HEADER = ["id", "date", "service", "channel", "rating", "comment"]
GOOD = ["good-{}", "2024-01-31", "DLT-1", "counter", "5", "ดี"]
CELLS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "5", "๕", "5.0", "-1", "1e309", "NaN", "2567", "31/02/2567", "DLT-1", "=1+1", "\x00",
         "\ud7ff", "ํา", "9" * 5000, "2024-01-31T99:99", "1101700203450"]
    ),
)  # fmt: skip


@pytest.fixture
def bring(wave):
    """Import these bytes, count what the summary says against what is stored, and undo it."""

    def bring_bytes(content: bytes):
        with tempfile.TemporaryDirectory() as folder, transaction.atomic():
            path = Path(folder) / "f"
            path.write_bytes(content)
            try:
                with Rejections(Path(folder) / "rejected.csv") as rejections:
                    summary = import_responses(
                        open_table(path, delimiter=","),
                        read_mapping(ENTRIES),
                        wave_code="W1",
                        rejections=rejections,
                    )
                stored = Response.objects.filter(wave=wave)
                assert stored.count() == summary.stored
                assert rejections.count == summary.rejected
                assert summary.rows == (
                    summary.stored
                    + summary.already_stored
                    + summary.without_answer
                    + summary.rejected
                )
                return set(stored.values_list("answers__D7", flat=True))
            finally:
                transaction.set_rollback(True)

    return bring_bytes


def as_csv(rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode("utf-8", "surrogatepass")


@FUZZ
@given(content=st.binary(max_size=400))
def test_any_bytes(bring, content):
    try:
        bring(content)
    except FileError as error:
        assert str(error)  # noqa: PT017


@FUZZ
@given(content=st.binary(max_size=200), at=st.integers(0, 400))
def test_bytes_within_a_good_file(bring, content, at):
    whole = as_csv([[cell.format(k) for cell in GOOD] for k in range(5)])
    try:
        bring(whole[:at] + content + whole[at:])
    except FileError as error:
        assert str(error)  # noqa: PT017


@FUZZ
@given(bad=st.lists(st.lists(CELLS, max_size=8), max_size=6))
def test_good_rows_are_kept_among_any_cells(bring, bad):
    rows = []
    for k in range(len(bad) + 1):
        rows += [[*GOOD[:5], f"kept {k}"], *bad[k : k + 1]]
        rows[2 * k][0] = f"good-{k}"
    kept = bring(as_csv(rows))
    assert {f"kept {k}" for k in range(len(bad) + 1)} <= kept


@FUZZ
@given(
    header=st.lists(st.one_of(st.text(max_size=12), st.sampled_from(HEADER)), max_size=8),
    rows=st.lists(st.lists(CELLS, max_size=8), max_size=8),
)
def test_any_table_can_be_guessed_at(wave, header, rows):
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f"
        path.write_bytes(out.getvalue().encode())
        try:
            table = open_table(path)
            look, known = look_at(table), Known.to(wave)
            choice = guess(look, known, name="f", tells_apart=lambda c: tells_rows_apart(table, c))
            choice.mapping(look, known)
        except (FileError, MappingError) as error:
            assert str(error)  # noqa: PT017
