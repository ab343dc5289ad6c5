"""Reported encounters count into the frame, once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from surveys.models import CountedFromLog, Frame, FrameCell
from surveys.sampling.counting import count_from_log
from surveys.sampling.design import Design
from surveys.sampling.draws import make_draw
from surveys.sampling.encounters import LogClosed
from tests.closing import close_wave
from tests.surveys.sampling.conftest import DAY


def cells(agency: str) -> dict:
    found = FrameCell.objects.filter(service__agency__code=agency)
    return {(c.service.code, c.channel.code, c.starts_on): c.encounters for c in found}


def test_an_agency_of_which_the_frame_holds_nothing_is_counted_as_it_reports(report, wave):
    wave.frame.cells.filter(service__agency__code="DOPA").delete()
    report(25, service="DOPA-1")
    report(25, service="DOPA-1")
    report({"encounter": "x", "service": "DOPA-1", "time": DAY - timedelta(days=30)})
    assert cells("DOPA") == {
        ("DOPA-1", "counter", date(2027, 1, 1)): 25,
        ("DOPA-1", "counter", date(2026, 12, 1)): 1,
    }
    assert CountedFromLog.objects.get().agency.code == "DOPA"


def test_encounters_without_a_contact_count_alike(report, wave):
    wave.frame.cells.filter(service__agency__code="DOPA").delete()
    report({"encounter": "1", "service": "DOPA-1"}, {"encounter": "2", "service": "DOPA-1"})
    assert sum(cells("DOPA").values()) == 2


def test_figures_from_a_file_stay_until_the_office_says_otherwise(report, wave, government):
    report(30)
    assert sum(cells("DLT").values()) == 8000
    assert count_from_log(wave, government.dlt) == 30
    assert cells("DLT") == {
        ("DLT-1", "counter", date(2027, 1, 1)): 30,
        ("DLT-1", "e_service", date(2020, 1, 1)): 0,
        ("DLT-2", "e_service", date(2020, 1, 1)): 0,
    }
    assert cells("DOPA") == {("DOPA-1", "counter", date(2026, 10, 1)): 2000}
    assert count_from_log(wave, government.dlt) == 30
    report(30, begins=10)
    assert sum(cells("DLT").values()) == 40


def test_a_draw_changes_no_count(report, wave, government):
    report(30)
    count_from_log(wave, government.dlt)
    make_draw(wave, Design(allocation="rate", rate="0.5"))
    assert sum(cells("DLT").values()) == 30


def test_a_file_cannot_count_the_same_agency_beside_its_log(report, wave, government, write):
    report(30)
    count_from_log(wave, government.dlt)
    path = write(
        "service,channel,starts_on,ends_on,encounters",
        "DLT-1,counter,2027-01-01,2027-01-31,500",
    )
    with pytest.raises(CommandError, match="No row was accepted"):
        call_command("import_frame", path, frame=wave.frame.code)
    assert sum(cells("DLT").values()) == 30


def test_a_frame_that_serves_two_waves_counts_from_no_log(report, wave, government):
    wave.frame.cells.filter(service__agency__code="DOPA").delete()
    other = type(wave).objects.create(
        code="W2",
        title_th="อื่น",
        fiscal_year=2571,
        starts_on=wave.starts_on,
        ends_on=wave.ends_on,
        questionnaire=wave.questionnaire,
        frame=wave.frame,
    )
    with pytest.raises(ValidationError, match="serves another wave too"):
        count_from_log(wave, government.dlt)
    with pytest.raises(LogClosed, match="serves another wave too"):
        report({"encounter": "1", "service": "DOPA-1"})
    other.delete()
    assert report({"encounter": "1", "service": "DOPA-1"}) == ["stored"]


def test_closing_freezes_what_was_counted(report, wave, government):
    report(30)
    count_from_log(wave, government.dlt)
    closed = close_wave(wave)
    assert Frame.objects.get(pk=closed.frame_id).frozen_at
    with pytest.raises(ValidationError, match="can no longer count"):
        count_from_log(closed, government.dopa)


def test_the_office_switches_by_command(report, wave, capsys):
    report(30)
    call_command("count_encounters", wave.code, agency="DLT")
    assert capsys.readouterr().out.startswith("30 encounters counted")
    with pytest.raises(CommandError, match="“XX” is not in the registry"):
        call_command("count_encounters", wave.code, agency="XX")
