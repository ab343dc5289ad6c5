"""A cross-tab says what a plain count over the responses says; what is in its files, and for how
long."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pyarrow import parquet

from analytics.crosstabs import months
from analytics.crosstabs.making import make_crosstab, refresh_months, requeue_lost_crosstabs
from analytics.crosstabs.shown import shown
from analytics.models import CrossTab, StoredMonth
from responses.intake.door import erase, set_aside
from responses.models import Response
from surveys import clock
from surveys.models import Wave

OVERALL, GENDER, CLEAR = "question OV", "question D2", "question P1"


def pairs(tab) -> dict:
    """By row and column the numbers that are shown, the margins without."""
    assert tab.state == "done", tab.error
    result = tab.result
    return {
        (row, column): cell
        for row, cells in zip(result["rows"], result["cells"], strict=True)
        for column, cell in zip([None, *result["columns"]], cells, strict=True)
    }


def check(tab, expected) -> int:
    """Every shown cell is the plain count; how many are suppressed."""
    found = pairs(tab)
    hidden = 0
    for (row, column), cell in found.items():
        if column is None:
            continue
        hidden += cell is None
        assert cell is None or cell == [expected[row, column]]
    assert {pair for pair in expected if expected[pair]} <= set(found)
    return hidden


def said(code):
    return lambda response: str(response.answers.get(code, ""))


def month_of(response) -> str:
    return f"{clock.day_of(response.answered_at):%Y-%m}"


COLUMNS = {
    "ministry": lambda r: str(r.service.agency.parent_id),
    "agency": lambda r: str(r.service.agency_id),
    "service": lambda r: str(r.service_id),
    "channel": lambda r: str(r.channel_id),
    "month": month_of,
    "selection": lambda r: r.selection,
    "language": lambda r: r.language,
    OVERALL: said("OV"),
    CLEAR: said("P1"),
    GENDER: said("D2"),
}


@pytest.mark.parametrize("row", [OVERALL, "agency"])
def test_any_column_by_any_other_is_a_plain_count(tabulate, plain, row):
    shown = 0
    for column in COLUMNS:
        if row != column:
            tab = tabulate(row, column)
            check(tab, plain(COLUMNS[row], COLUMNS[column]))
            shown += sum(cell is not None for cell in pairs(tab).values())
            CrossTab.objects.all().delete()  # so that no table suppresses another's figures
    assert shown > 30


def test_a_period_and_two_conditions(tabulate, plain, government):
    dlt = str(government.dlt.pk)
    tab = tabulate(
        OVERALL, GENDER, first="2026-02", last="2026-03", only=(("agency", dlt), (CLEAR, "4"))
    )
    expected = plain(
        said("OV"),
        said("D2"),
        lambda r: (
            r.service.agency_id == government.dlt.pk
            and r.answers["P1"] == 4
            and month_of(r) >= "2026-02"
        ),
    )
    assert sum(expected.values()) > 10
    check(tab, expected)
    assert tab.result["total"][0] == [sum(expected.values())]


def test_the_share_satisfied_with_the_official_bounds(tabulate, over, government):
    tab = tabulate("channel", measure="satisfied")
    ratings = [
        r.answers["OV"] for r in Response.objects.filter(channel=government.counter, wave=over)
    ]
    _words, cells = next(line for line in shown(tab).lines if line[0] == "Service counter")
    share = sum(rating >= 4 for rating in ratings) / len(ratings)
    assert (cells[0].n, cells[0].share) == (len(ratings), share)
    assert 0 < cells[0].low < share < cells[0].high < 1
    assert cells[0].low == pytest.approx(wilson_low(share, len(ratings))) or share < 0.5


def wilson_low(p, n, z=1.959964):
    return (p + z * z / 2 / n - z * (p * (1 - p) / n + z * z / 4 / n / n) ** 0.5) / (1 + z * z / n)


def test_two_waves_of_a_questionnaire_together(tabulate, over, alice, draft):
    other = Wave.objects.create(
        code="W2",
        title_th="รอบที่ 2",
        fiscal_year=2571,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        questionnaire=draft.questionnaire,
        frame=draft.frame,
        state=Wave.State.CLOSED,
    )
    first = Response.objects.first()
    for number in range(40):
        first.pk, first.wave, first.submission_key = None, other, f"other-{number}"
        first.receipt = f"AAAA-{number:04}-AAAA"
        first.save(force_insert=True)
    tab = tabulate(OVERALL, waves=[over, other])
    assert tab.result["total"] == [[Response.objects.count()]]
    assert tabulate(OVERALL, waves=[other]).result["total"] == [[40]]


# What is in the files


def test_a_file_has_columns_of_closed_questions_and_no_more(over):
    months.refresh(over)
    stored = StoredMonth.objects.filter(wave=over)
    assert [f"{each.month:%Y-%m}" for each in stored] == ["2026-01", "2026-02", "2026-03"]
    assert sum(each.rows for each in stored) == Response.objects.count()
    places = ["service", "channel", "month", "selection", "language"]
    questions = ["question OV", "question P1", "question S1", "question D2"]
    for each in stored:
        table = parquet.read_table(each.file.path)
        assert table.column_names == [*places, *questions]
        values = {str(v) for column in table.to_pydict().values() for v in column}
        assert all(len(value) <= 8 for value in values), "a code, a rating or a month"
        content = Path(each.file.path).read_bytes()
        for response in Response.objects.all():
            assert response.receipt.encode() not in content
        assert b"secret" not in content


def test_what_was_set_aside_erased_or_sent_by_the_agency_is_not_counted(tabulate, over):
    ids = list(Response.objects.order_by("pk").values_list("pk", flat=True)[:60])
    set_aside(over, ids[:20], reason="test")
    for response in Response.objects.filter(pk__in=ids[20:40]):
        erase(response)
    Response.objects.filter(pk__in=ids[40:60]).update(selection="own")
    assert tabulate("channel").result["total"] == [[Response.objects.count() - 60]]


def test_a_month_without_a_change_is_not_written_again(over):
    months.refresh(over)
    before = {each.month: each.file.name for each in StoredMonth.objects.all()}
    written = []
    months.refresh(over, written.append)
    assert written == []
    erase(Response.objects.filter(answered_at__month=2).first())
    months.refresh(over, written.append)
    after = {each.month: each.file.name for each in StoredMonth.objects.all()}
    changed = [f"{month:%Y-%m}" for month in before if before[month] != after[month]]
    assert (changed, len(written)) == (["2026-02"], 1)
    assert sorted(default_storage.listdir("crosstabs")[1]) == sorted(
        name.removeprefix("crosstabs/") for name in after.values()
    )


def test_a_run_that_is_cut_short_goes_on_where_it_was(over, monkeypatch):
    """The second month is killed in the midst of its rows: nobody reads half of it, and the first
    is not written again."""
    monkeypatch.setattr(months, "AT_ONCE", 10)
    seen = []

    def die(rows):
        seen.append(rows)
        if StoredMonth.objects.exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        months.refresh(over, die)
    assert StoredMonth.objects.count() == 1
    first = StoredMonth.objects.get()
    months.refresh(over)
    assert StoredMonth.objects.count() == 3
    first.refresh_from_db()
    assert first.file.name == StoredMonth.objects.get(pk=first.pk).file.name
    rows = sum(parquet.read_table(m.file.path).num_rows for m in StoredMonth.objects.all())
    assert rows == Response.objects.count()


def test_a_file_that_no_row_names_is_deleted_after_a_day(over):
    months.refresh(over)
    orphan = default_storage.save("crosstabs/half.parquet", ContentFile(b"PAR1"))
    months.clear()
    assert default_storage.exists(orphan)
    with clock.at(clock.now() + 2 * months.ORPHANED):
        months.clear()
    assert not default_storage.exists(orphan)
    assert all(default_storage.exists(each.file.name) for each in StoredMonth.objects.all())


def test_a_lost_file_is_written_again(tabulate):
    total = tabulate("channel").result["total"]
    default_storage.delete(StoredMonth.objects.first().file.name)
    assert tabulate("channel").result["total"] == total


# Nothing stale


def test_an_erased_answer_is_in_no_table_after_the_next_run(tabulate, over):
    before = tabulate("channel")
    assert before.result["total"] == [[192]]
    erase(Response.objects.first())
    refresh_months()
    before.refresh_from_db()
    assert (before.state, before.error, before.result) == ("failed", "changed", {})
    assert tabulate("channel").result["total"] == [[191]]


def test_a_new_table_never_has_an_answer_that_was_erased_before_it(tabulate):
    tabulate("channel")
    erase(Response.objects.first())
    assert tabulate("channel").result["total"] == [[191]]


def test_an_answer_that_is_erased_while_the_others_are_counted(tabulate, monkeypatch):
    """What was counted is not what there is: it is counted again."""
    from analytics.crosstabs import making

    counted = making.count
    erased = []

    def count(*arguments):
        rows = counted(*arguments)
        if not erased:
            erased.append(erase(Response.objects.first()))
            months.refresh(erased[0].wave)
        return rows

    monkeypatch.setattr(making, "count", count)
    assert tabulate("channel").result["total"] == [[191]]


def test_deleted_answers_leave_no_file_and_no_table(tabulate, over):
    tab = tabulate("channel")
    Wave.objects.filter(pk=over.pk).update(answers_deleted_at=clock.now())
    refresh_months()
    assert not StoredMonth.objects.exists()
    assert default_storage.listdir("crosstabs")[1] == []
    tab.refresh_from_db()
    assert (tab.error, tab.result) == ("deleted", {})
    assert tabulate("channel").error == "deleted"


# The job


def test_a_worker_that_died_is_followed_by_another(tabulate, over, alice):
    tab = tabulate("channel")
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    CrossTab.objects.filter(pk=tab.pk).update(state="running", heartbeat=long_ago, result={})
    assert CrossTab.lost().get() == tab
    make_crosstab(str(tab.pk))
    tab.refresh_from_db()
    assert tab.state == "done"
    make_crosstab(str(tab.pk))
    with clock.at(clock.now() + 2 * (clock.now() - long_ago)):
        requeue_lost_crosstabs()
    assert not CrossTab.objects.exists()


def test_nobody_and_too_many(tabulate, monkeypatch):
    assert tabulate("channel", only=(("language", "th"),)).error == "nobody"
    monkeypatch.setattr("analytics.crosstabs.table.MOST_CELLS", 4)
    assert tabulate("service", "channel").error == "too large"
