"""What the tally counts, and that counting as one goes equals counting from nothing."""

from datetime import UTC, datetime

import pytest

from analytics import tally
from analytics.models import TallyCell
from responses.intake import amend
from responses.models import JournalEntry, Response
from surveys.models import Wave


def counted(question: str) -> dict[tuple[str, str, int], int]:
    cells = TallyCell.objects.filter(question=question, count__gt=0)
    return {(c.service.code, c.channel.code, c.value): c.count for c in cells}


def test_counts_each_answer_in_its_cell(wave, government, send):
    send(government.licence, government.counter, 5, P1=3)
    send(government.licence, government.counter, 5)
    send(government.tax, government.online, 1)
    tally.fold(wave)
    assert counted("OV") == {("DLT-1", "counter", 5): 2, ("DLT-2", "e_service", 1): 1}
    assert counted("P1") == {("DLT-1", "counter", 3): 1}


def test_folding_again_adds_nothing(wave, government, send):
    send(government.licence, government.counter, 5)
    tally.fold(wave)
    tally.fold(wave)
    assert counted("OV") == {("DLT-1", "counter", 5): 1}
    assert not JournalEntry.objects.exists()


def test_texts_and_choices_are_not_counted(wave, government, send):
    send(government.licence, government.counter, 5, D2="f", D7="ดีมาก")
    tally.fold(wave)
    assert set(TallyCell.objects.values_list("question", flat=True)) == {"OV"}


@pytest.mark.parametrize("fold_between", [True, False])
def test_an_amended_response_is_counted_as_it_now_stands(wave, government, send, fold_between):
    response = send(government.licence, government.counter, 2, P1=2)
    if fold_between:
        tally.fold(wave)
    amend(response, {"P1": 4, "S1": 5}, reason="completed")
    if fold_between:
        tally.fold(wave)
    amend(response, {"OV": 3}, reason="corrected")
    tally.fold(wave)
    assert counted("OV") == {("DLT-1", "counter", 3): 1}
    assert counted("P1") == {("DLT-1", "counter", 4): 1}
    assert counted("S1") == {("DLT-1", "counter", 5): 1}


def test_journal_entries_fold_in_any_order(wave, government, send):
    response = send(government.licence, government.counter, 2)
    amend(response, {"OV": 4}, reason="corrected")
    first, second = JournalEntry.objects.order_by("pk")
    JournalEntry.objects.filter(pk=first.pk).delete()
    tally.fold(wave)
    JournalEntry.objects.create(wave=wave, response_ids=first.response_ids, revision=1)
    tally.fold(wave)
    assert second.revision == 2
    assert counted("OV") == {("DLT-1", "counter", 4): 1}


def test_incremental_equals_rebuilt(wave, government, send):
    for k in range(60):
        response = send(government.licence, government.counter, 1 + k % 5, P1=1 + k % 3)
        if k % 7 == 0:
            amend(response, {"P1": 5}, reason="completed")
        if k % 13 == 0:
            tally.fold(wave)
    tally.fold(wave)
    incremental = tally.counts_of(wave)
    assert incremental == tally.count_all(wave)
    tally.rebuild(wave)
    assert tally.counts_of(wave) == incremental


def test_excluded_responses_do_not_count(wave, government, send):
    response = send(government.licence, government.counter, 5)
    Response.objects.filter(pk=response.pk).update(disposition=Response.Disposition.EXCLUDED)
    tally.rebuild(wave)
    assert counted("OV") == {}


def test_a_crash_while_folding_loses_nothing(wave, government, send, monkeypatch):
    send(government.licence, government.counter, 5)

    def crash(*args):
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(tally, "_add", crash)
        with pytest.raises(ConnectionError):
            tally.fold(wave)
    tally.fold(wave)
    assert counted("OV") == {("DLT-1", "counter", 5): 1}


def test_a_clustered_wave_counts_by_service_point_and_week(draft, government, send):
    Wave.objects.filter(pk=draft.pk).update(
        method=draft.method | {"clusters": "service_point_week"}
    )
    moment = datetime(2026, 11, 20, 18, tzinfo=UTC)  # Saturday in Thailand, week 47
    send(
        government.licence,
        government.counter,
        5,
        service_point=government.chatuchak,
        answered_at=moment,
    )
    wave = Wave.objects.get(pk=draft.pk)
    tally.fold(wave)
    assert TallyCell.objects.get(question="OV").psu == "chatuchak:2026-W47"
