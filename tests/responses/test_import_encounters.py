"""A file in which every row is an encounter: the frame is counted from it."""

from datetime import date

import pytest
from django.core.management import CommandError

from responses.models import Response
from surveys.models import Frame, Wave
from tests.responses.conftest import MAPPING

COUNTED = 'encounters = "rows"\n' + MAPPING
ROWS = (
    "1,2024-01-05,DLT-1,counter,5,",
    "2,2024-01-31,DLT-1,counter,,",
    "3,2024-02-01,DLT-1,counter,9,",
    "4,2024-02-29,DOPA-1,e_service,4,",
)


@pytest.fixture
def own_frame(wave) -> Wave:
    """The open wave W1 over a frame that nothing is counted in yet."""
    Wave.objects.filter(pk=wave.pk).update(frame=Frame.objects.create(code="counted"))
    return wave


def cells() -> dict:
    return {
        (c.service.code, c.channel.code, c.starts_on, c.ends_on): c.encounters
        for c in Frame.objects.get(code="counted").cells.all()
    }


def test_the_frame_is_counted_by_service_channel_and_month(own_frame, import_rows):
    done = import_rows(*ROWS, mapping=COUNTED)
    assert cells() == {
        ("DLT-1", "counter", date(2024, 1, 1), date(2024, 1, 31)): 2,
        ("DLT-1", "counter", date(2024, 2, 1), date(2024, 2, 29)): 1,
        ("DOPA-1", "e_service", date(2024, 2, 1), date(2024, 2, 29)): 1,
    }
    assert done.counts["encounters counted for the frame"] == 4
    assert done.counts["without an answer"] == 2
    assert done.rejected == []
    assert Response.objects.count() == 2


def test_the_same_file_twice_leaves_the_frame(own_frame, import_rows):
    import_rows(*ROWS, mapping=COUNTED)
    before = cells()
    again = import_rows(*ROWS, mapping=COUNTED)
    assert cells() == before
    assert again.counts["cells of the frame changed"] == 0


def test_a_corrected_file_sets_the_count(own_frame, import_rows):
    import_rows(*ROWS, mapping=COUNTED)
    again = import_rows(*ROWS, "5,2024-01-06,DLT-1,counter,,", mapping=COUNTED)
    assert sum(cells().values()) == 5
    assert again.counts["cells of the frame changed"] == 1


def test_a_mistyped_rating_is_still_an_encounter(own_frame, import_rows):
    done = import_rows(*ROWS[:2], "3,2024-01-05,DLT-1,counter,7,", mapping=COUNTED)
    assert done.counts["rejected"] == 1
    assert list(cells().values()) == [3]


def test_a_row_of_nowhere_is_no_encounter(own_frame, import_rows):
    import_rows(ROWS[0], "2,2024-01-05,XX,counter,5,", mapping=COUNTED)
    assert list(cells().values()) == [1]


def test_a_frame_of_other_periods_is_refused(wave, import_rows):
    with pytest.raises(CommandError, match="not a calendar month"):
        import_rows(*ROWS, mapping=COUNTED)
    assert not Response.objects.exists()
