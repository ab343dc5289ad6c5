"""No answer moves a shown figure before screening has looked at it, however it arrives."""

import pytest

from analytics.counting import tally
from analytics.models import TallyCell
from analytics.scoring import scores
from analytics.scoring.scores import compute_scores
from responses.intake import door as intake
from responses.models import JournalEntry, Response

pytestmark = pytest.mark.django_db


@pytest.fixture
def meanwhile(monkeypatch, wave, send, government):
    """While screening runs, others answer, and one of those before is set aside."""

    def screen(wave, *, now):
        first = Response.objects.filter(wave=wave).earliest("pk")
        new = [send(government.licence, government.counter, 1) for _k in range(12)]
        intake.set_aside(wave, [first.pk, new[0].pk], reason="screening")

    monkeypatch.setattr(scores, "screen", screen)


def counted(wave, **which) -> int:
    cells = TallyCell.objects.filter(wave=wave, question="OV", **which)
    return sum(cells.values_list("count", flat=True))


def test_what_arrives_while_screening_runs_waits(wave, send, government, meanwhile):
    for _k in range(30):
        send(government.licence, government.counter, 5)
    compute_scores(wave)
    assert counted(wave) == 30
    assert (counted(wave, screened=False), counted(wave, screened=True)) == (29, 1)
    assert counted(wave, value=1) == 0
    stated = TallyCell.objects.filter(wave=wave, question="OV", value=1)
    assert not stated.exclude(stated=0).exists()
    assert JournalEntry.objects.filter(wave=wave, revision=1).count() == 12

    tally.fold(wave)  # what waited is counted next time, as it is by then
    assert not JournalEntry.objects.filter(wave=wave).exists()
    assert counted(wave) == 42
    assert (counted(wave, value=1, screened=False), counted(wave, value=1, screened=True)) == (
        11,
        1,
    )
    assert tally.count_all(wave) == {
        tally.CellKey(**{name: getattr(cell, name) for name in tally.CellKey._fields}): cell.count
        for cell in TallyCell.objects.filter(wave=wave).exclude(count=0)
    }
