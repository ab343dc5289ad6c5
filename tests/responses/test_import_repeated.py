"""The same rows again add nothing; an import that was killed goes on where it stopped."""

import pytest

from responses.importers import importing
from responses.importers.mapping_toml import load_mapping
from responses.models import JournalEntry, Response
from surveys.csv_files import CsvFile
from surveys.rejections import Rejections

pytestmark = pytest.mark.usefixtures("wave")
ROWS = [f"{k},2024-01-31,DLT-1,counter,{k % 5 + 1}," for k in range(25)]
NO_KEY = """
source = "test"
service.code = "DLT-1"
channel.code = "counter"
answers.OV.column = "rating"
"""


def test_the_same_file_twice_adds_nothing(import_rows):
    assert import_rows(*ROWS).counts["stored"] == 25
    again = import_rows(*ROWS).counts
    assert (again["stored"], again["already stored"]) == (0, 25)
    assert Response.objects.count() == 25


def test_rows_added_to_the_file_are_added(import_rows):
    import_rows(*ROWS[:20])
    again = import_rows(*reversed(ROWS)).counts
    assert (again["stored"], again["already stored"]) == (5, 20)


def test_a_key_twice_in_one_file_is_stored_once(import_rows):
    counts = import_rows(ROWS[0], ROWS[0]).counts
    assert (counts["stored"], counts["already stored"]) == (1, 1)


def test_without_a_key_the_file_and_row_are_the_key(import_rows):
    rows = ["5", "5", "4"]
    first = import_rows(*rows, header="rating", mapping=NO_KEY).counts
    again = import_rows(*rows, header="rating", mapping=NO_KEY).counts
    assert (first["stored"], again["stored"]) == (3, 0)
    other = import_rows("5", "5", header="rating", mapping=NO_KEY).counts
    assert other["stored"] == 2


def test_two_sources_may_use_the_same_numbers(import_rows):
    mapping = 'key = ["id"]\n' + NO_KEY
    import_rows("1,5", header="id,rating", mapping=mapping)
    other = mapping.replace('"test"', '"other"')
    assert import_rows("1,5", header="id,rating", mapping=other).counts["stored"] == 1


def test_an_import_killed_half_way_goes_on(import_rows, write, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 5)
    source = CsvFile.inspect(write("id,rating", *[f"{k},5" for k in range(25)]))
    mapping = load_mapping(str(write('key = ["id"]\n' + NO_KEY, name="map.toml")))
    chunks = iter(range(2))

    def killed(position: int) -> None:
        if next(chunks, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Rejections() as rejections:
        importing.import_responses(
            source, mapping, wave_code="W1", rejections=rejections, on_progress=killed
        )
    assert Response.objects.count() == 15
    counts = import_rows(file=source.path, mapping='key = ["id"]\n' + NO_KEY).counts
    assert (counts["stored"], counts["already stored"]) == (10, 15)


def test_every_stored_response_is_in_the_journal_once(import_rows, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 10)
    import_rows(*ROWS)
    import_rows(*ROWS)
    noted = [pk for entry in JournalEntry.objects.all() for pk in entry.response_ids]
    assert sorted(noted) == sorted(Response.objects.values_list("pk", flat=True))
