"""Encounters are reported once, checked, and kept without saying who anybody is."""

from datetime import timedelta

import pytest
from django.db import connection

from surveys.models import Encounter, Frame, Wave, WaveKey
from surveys.rejections import Rejected
from surveys.sampling.design import Design
from surveys.sampling.draws import make_draw
from surveys.sampling.encounters import EncounterLog, LogClosed
from surveys.sampling.sealing import unseal
from surveys.waves import accepting_wave, open_wave
from tests.closing import close_wave
from tests.surveys.sampling.conftest import DAY


def test_what_is_kept_of_an_encounter(report, government):
    [became] = report(
        {
            "encounter": "2570/000123",
            "service_point": "chatuchak",
            "telephone": "๐๘๑-๒๓๔ ๕๖๗๘",
            "language": "en",
        }
    )
    assert became == "stored"
    encounter = Encounter.objects.get()
    assert (encounter.agency, encounter.service) == (government.dlt, government.licence)
    assert encounter.service_point == government.chatuchak
    assert encounter.happened_on == DAY.date()
    assert encounter.reachable
    assert "000123" not in encounter.key
    assert unseal(encounter.contact) == {
        "kind": "telephone",
        "address": "+66812345678",
        "language": "en",
    }


def test_the_same_again_is_already_there(report):
    item = {"encounter": "7", "email": "somchai@mail.example"}
    assert report(item, item, {"encounter": "8"}) == ["stored", "already_stored", "stored"]
    assert Encounter.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service": "DLT-2", "channel": "e_service"}, "service"),
        ({"channel": "e_service"}, "channel"),
        ({"service_point": "chatuchak"}, "service_point"),
        ({"time": DAY - timedelta(days=1)}, "time"),
        ({"email": "other@mail.example"}, "contact"),
        ({"email": ""}, "contact"),
        ({"language": "en"}, "contact"),
    ],
)
def test_the_same_number_with_other_content_is_refused(report, change, field):
    item = {"encounter": "7", "email": "somchai@mail.example"}
    report(item)
    [refused] = report(item | change)
    assert isinstance(refused, Rejected)
    assert (refused.field, refused.why) == (
        field,
        "This number has been used for an encounter with other content.",
    )
    assert Encounter.objects.count() == 1


def test_two_agencies_may_use_the_same_number(report):
    there = {"encounter": "7", "service": "DOPA-1"}
    assert report({"encounter": "7"}, there) == ["stored", "stored"]
    assert len(set(Encounter.objects.values_list("key", flat=True))) == 2


def test_after_a_draw_the_same_is_still_already_there_and_says_nothing_of_it(report, wave):
    report(20)
    make_draw(wave, Design(allocation="per_cell", number=5))
    assert report(20) == ["already_stored"] * 20


@pytest.mark.parametrize(
    ("item", "field", "why"),
    [
        ({"service": "XX"}, "service", "not in the registry"),
        ({"channel": "XX"}, "channel", "not in the registry"),
        ({"service_point": "XX"}, "service_point", "not in the registry"),
        ({"service": "DLT-2"}, "channel", "has no encounters of “DLT-2” on this channel"),
        ({"time": DAY.replace(year=2019)}, "time", "outside wave W1"),
        ({"time": DAY + timedelta(hours=1)}, "time", "in the future"),
        ({"encounter": " "}, "encounter", "a number of its own"),
        ({"email": "somchai at home"}, "email", "not an e-mail address. Correct it, or leave"),
        ({"telephone": "12"}, "telephone", "not a telephone number. Correct it, or leave"),
        ({"line": "@somchai"}, "line", "A LINE user id is"),
        ({"email": "a@mail.example", "telephone": "12"}, "telephone", "not a telephone number"),
        ({"email": "a@mail.example", "language": "fr"}, "language", "one of these: th, en"),
    ],
)
def test_what_is_wrong_is_said(report, item, field, why):
    [refused] = report({"encounter": "1", **item})
    assert refused.field == field
    assert why in refused.why
    assert not Encounter.objects.exists()


def test_no_wave_without_a_planned_draw_takes_encounters(draft):
    with pytest.raises(LogClosed, match="The survey office plans one first"):
        EncounterLog(draft)


def test_no_report_takes_a_service_away_from_another_open_wave(report, wave, government):
    """An agency would choose with one encounter which of its weeks count."""
    frame = Frame.objects.create(code="F2", source="test")
    frame.cells.create(
        service=government.tax,
        channel=government.counter,
        encounters=10,
        starts_on=wave.starts_on,
        ends_on=wave.ends_on,
    )
    later = Wave.objects.create(
        code="W2",
        title_th="อื่น",
        fiscal_year=2570,
        starts_on=wave.starts_on,
        ends_on=wave.ends_on,
        questionnaire=wave.questionnaire,
        frame=frame,
    )
    later = open_wave(later)
    [refused] = report({"encounter": "1", "service": "DOPA-1"}, to=later)
    assert isinstance(refused, Rejected)
    assert "Another open wave asks about “DOPA-1”" in refused.why
    assert accepting_wave(government.id_card, government.counter) == wave
    assert report({"encounter": "1"}) == ["stored"]
    # A simulated one takes no answers, so it holds nothing up either.
    Wave.objects.filter(pk=wave.pk).update(simulated=True)
    assert report({"encounter": "2", "service": "DOPA-1"}, to=later) == ["stored"]
    assert accepting_wave(government.id_card, government.counter) == later


def test_a_closed_wave_takes_none(report, wave):
    report({"encounter": "1"})
    log = EncounterLog(wave)
    closed = close_wave(wave)
    with pytest.raises(LogClosed, match="has closed"):
        EncounterLog(closed)
    with pytest.raises(LogClosed, match="has closed"):
        log.store([Encounter(wave=wave, key="k")])
    assert not WaveKey.objects.exists()


def test_no_address_or_number_is_in_the_database_in_the_clear(report, wave):
    secret = ["somchai@mail.example", "+66812345678", "812345678", "U" + "a1" * 16, "2570/000123"]
    report(
        {"encounter": "2570/000123", "email": secret[0]},
        {"encounter": "2", "telephone": "0812345678"},
        {"encounter": "3", "line": secret[3]},
    )
    make_draw(wave, Design(allocation="per_cell", number=2))
    report({"encounter": "4", "email": secret[0]})
    stored = everything()
    assert b"DLT-1" in stored  # what is looked through is what is stored
    for text in secret:
        assert text.encode() not in stored


def everything() -> bytes:
    """All values of all tables, as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [
                    bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode() for v in row
                ]
    return b"\n".join(found)
