"""What the tally counts, and that counting as one goes equals counting from nothing."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analytics.counting import tally
from analytics.models import TallyCell
from responses.intake.door import amend, erase, set_aside
from responses.models import JournalEntry, Response
from surveys import clock
from surveys.models import Wave
from tests.tallied import counts_of


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
    incremental = counts_of(wave)
    assert incremental == tally.count_all(wave)
    tally.rebuild(wave)
    assert counts_of(wave) == incremental


def test_erased_responses_do_not_count(wave, government, send):
    response = send(government.licence, government.counter, 5)
    Response.objects.filter(pk=response.pk).update(disposition=Response.Disposition.ERASED)
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


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        # Monday begins in Thailand seven hours before it does in Greenwich.
        (datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC), "2026-W47"),
        (datetime(2026, 11, 22, 17, tzinfo=UTC), "2026-W48"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), "2026-W48"),
        # The first week of a year begins in the year before it.
        (datetime(2027, 1, 3, 16, 59, tzinfo=UTC), "2026-W53"),
        (datetime(2027, 1, 3, 17, tzinfo=UTC), "2027-W01"),
    ],
)
def test_a_clustered_wave_counts_by_service_point_and_week(draft, government, send, moment, week):
    Wave.objects.filter(pk=draft.pk).update(
        method=draft.method | {"clusters": "service_point_week"}
    )
    send(
        government.licence,
        government.counter,
        5,
        service_point=government.chatuchak,
        answered_at=moment,
    )
    wave = Wave.objects.get(pk=draft.pk)
    tally.fold(wave)
    assert TallyCell.objects.get(question="OV").psu == f"chatuchak:{week}"


def test_a_wave_without_clusters_counts_in_one_group(wave, government, send):
    send(government.licence, government.counter, 5, service_point=government.chatuchak)
    tally.fold(wave)
    cell = TallyCell.objects.get(question="OV")
    assert (cell.psu, cell.service_point) == ("", "chatuchak")


def test_counting_from_nothing_leaves_out_what_was_erased(wave, government, send):
    kept, gone, unfolded = (
        send(government.licence, government.counter, overall, P1=4) for overall in (5, 2, 1)
    )
    tally.fold(wave)
    erase(gone)
    tally.rebuild(wave)
    assert counted("OV") == {("DLT-1", "counter", 5): 1, ("DLT-1", "counter", 1): 1}
    erase(unfolded)
    tally.fold(wave)
    assert counted("OV") == {("DLT-1", "counter", 5): 1}
    folded = counts_of(wave)
    tally.rebuild(wave)
    assert counts_of(wave) == folded == tally.count_all(wave)
    assert kept.answers == {"OV": 5, "P1": 4}
    assert counted("P1") == {("DLT-1", "counter", 4): 1}


def test_what_is_set_aside_is_counted_apart(wave, government, send):
    doubted = send(government.licence, government.counter, 5)
    for _more in range(2):
        send(government.licence, government.counter, 5)
    tally.fold(wave)
    set_aside(wave, [doubted.pk], reason="doubted")
    tally.fold(wave)
    cells = TallyCell.objects.filter(question="OV").exclude(count=0)
    assert sorted(cells.values_list("screened", "count")) == [(False, 2), (True, 1)]
    folded = counts_of(wave)
    tally.rebuild(wave)
    assert counts_of(wave) == folded


def test_answers_are_counted_by_selection_and_weight(wave, government, send):
    for selection, weight in (("open", 1), ("drawn", 1), ("drawn", 2), ("drawn", 2)):
        send(
            government.licence,
            government.counter,
            5,
            selection=Response.Selection(selection),
            base_weight=Decimal(weight),
        )
    tally.fold(wave)
    cells = TallyCell.objects.values_list("selection", "base_weight", "count")
    assert sorted(cells) == [("drawn", 1, 1), ("drawn", 2, 2), ("open", 1, 1)]


def test_a_wave_whose_answers_are_deleted_is_not_counted_from_nothing(wave, government, send):
    send(government.licence, government.counter, 5)
    tally.fold(wave)
    Wave.objects.filter(pk=wave.pk).update(answers_deleted_at=clock.now())
    with pytest.raises(tally.AnswersDeletedError, match="deleted"):
        tally.rebuild(wave)
    assert counted("OV") == {("DLT-1", "counter", 5): 1}


def test_a_wave_clustered_by_respondent_counts_each_apart(draft, government, send):
    Wave.objects.filter(pk=draft.pk).update(method=draft.method | {"clusters": "respondent"})
    for name in ("a", "b", "b"):
        send(government.licence, government.counter, 5, respondent=name)
    tally.fold(Wave.objects.get(pk=draft.pk))
    assert sorted(TallyCell.objects.values_list("psu", "count")) == [("a", 1), ("b", 2)]


def test_folding_tells_how_many_entries_it_took(wave, government, send, monkeypatch):
    monkeypatch.setattr(tally, "ENTRIES_PER_TRANSACTION", 2)
    for _k in range(5):
        send(government.licence, government.counter, 5)
    assert tally.fold(wave) == 5
    assert tally.fold(wave) == 0


def test_what_was_changed_before_it_was_counted_leaves_no_empty_cell(wave, government, send):
    amend(send(government.licence, government.counter, 2), {"OV": 3}, reason="corrected")
    tally.fold(wave)
    cells = TallyCell.objects.values_list("service_point", "value", "count")
    assert list(cells) == [("", 3, 1)]
