"""The table of a wave keeps its columns, whatever later versions ask."""

import csv
import tracemalloc
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from responses.models import Response
from responses.office.exports import PLACE, columns_of, export_responses
from responses.privacy.retention import delete_expired_answers
from surveys.add_ons import add, stop
from surveys.models import AddOnUse, Question, Wave
from surveys.versions import new_version
from surveys.waves import open_wave
from tests.closing import close_wave

pytestmark = pytest.mark.django_db
FRUIT = [{"code": code, "th": code} for code in ("mango", "rice", "tea")]


@pytest.fixture
def draft(draft) -> Wave:
    more = {
        "F": {"kind": "multiple", "choices": FRUIT, "may_not_apply": True},
        "N": {"kind": "number"},
        "K": {"kind": "note"},
        "X": {"kind": "calculated", "calculation": "${N} * 2"},
    }
    for position, (code, fields) in enumerate(more.items(), 10):
        draft.questionnaire.questions.create(code=code, text_th="ก", position=position, **fields)
    return draft


def rows(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def sent(government, send) -> None:
    send(government.licence, government.counter, 5, F=["tea", "mango"], D7="=1+1", N=-3)
    send(government.id_card, government.counter, 1, F="n/a", D7="ช้า,\n“มาก”", P1=0)
    send(
        government.tax, government.online, 3, D2="f", base_weight=Decimal("1.50"), respondent="r-7"
    )


def test_one_row_a_response_one_column_a_question(wave, sent, tmp_path):
    path = tmp_path / "w1.csv"
    assert export_responses(wave, path) == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    first, second, third = rows(path)
    assert list(first) == [
        *PLACE,
        *["OV", "P1", "S1", "D2", "D7", "F/mango", "F/rice", "F/tea", "F/n/a", "N"],
    ]
    assert (first["_agency"], first["_service"], first["_channel"]) == ("DLT", "DLT-1", "counter")
    assert first["_answered_at"].endswith("+07:00")
    assert [first[f"F/{code}"] for code in ("mango", "rice", "tea", "n/a")] == ["1", "0", "1", "0"]
    assert (first["OV"], first["D7"], first["N"]) == ("5", "'=1+1", "-3")
    assert [second[f"F/{code}"] for code in ("mango", "rice", "tea", "n/a")] == ["0", "0", "0", "1"]
    assert (second["D7"], second["P1"]) == ("ช้า,\n“มาก”", "0")
    assert (third["F/tea"], third["N"], third["S1"], third["D2"]) == ("", "", "", "f")
    assert (third["_base_weight"], third["_respondent"]) == ("1.5", "r-7")


def test_a_new_version_without_a_choice_changes_nothing(wave, sent, tmp_path):
    export_responses(wave, tmp_path / "before.csv")
    later = new_version(wave.questionnaire)
    question = later.questions.get(code="F")
    question.choices = FRUIT[2:] + FRUIT[:1]
    question.save()
    later.questions.filter(code="P1").delete()
    Question.objects.filter(questionnaire=later, code="OV").update(position=90)
    close_wave(wave)
    open_wave(
        Wave.objects.create(
            code="W2",
            title_th="รอบที่ 2",
            fiscal_year=2571,
            starts_on=wave.starts_on,
            ends_on=wave.ends_on,
            questionnaire=later,
            frame=wave.frame,
        )
    )
    export_responses(Wave.objects.get(code="W1"), tmp_path / "after.csv")
    assert (tmp_path / "after.csv").read_bytes() == (tmp_path / "before.csv").read_bytes()
    names = [column.name for column in columns_of(Wave.objects.get(code="W2"))]
    assert names == ["S1", "D2", "D7", "F/tea", "F/mango", "F/n/a", "N", "OV"]


def test_an_add_on_comes_last_and_stays(wave, sent, government, send, make_add_on, tmp_path):
    names = [column.name for column in columns_of(wave)]
    first = make_add_on("B", government.dlt, "B_1")
    use = add(AddOnUse(wave=wave, agency=government.dlt, add_on=first))
    send(government.licence, government.counter, 4, B_1=2)
    stop(use)
    second = make_add_on("A", government.dopa, "A_1")
    add(AddOnUse(wave=wave, agency=government.dopa, add_on=second))
    assert [column.name for column in columns_of(wave)] == [*names, "B_1", "A_1"]
    export_responses(wave, tmp_path / "w1.csv")
    assert [(row["B_1"], row["A_1"]) for row in rows(tmp_path / "w1.csv")] == [
        *[("", "")] * 3,
        ("2", ""),
    ]
    new_version(first)
    export_responses(wave, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "w1.csv").read_bytes()


def test_a_workbook_has_the_same_and_no_formula(wave, sent, tmp_path):
    export_responses(wave, tmp_path / "w1.csv")
    export_responses(wave, tmp_path / "w1.xlsx")
    sheet = load_workbook(tmp_path / "w1.xlsx").active
    header, *cells = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert header == list(rows(tmp_path / "w1.csv")[0])
    first = dict(zip(header, cells[0], strict=True))
    assert (first["OV"], first["N"], first["D7"], first["F/rice"]) == (5, -3, "=1+1", 0)
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_only_what_counts_unless_asked(wave, sent, tmp_path):
    Response.objects.filter(overall=1).update(disposition="screened")
    assert export_responses(wave, tmp_path / "counted.csv") == 2
    assert export_responses(wave, tmp_path / "all.csv", excluded=True) == 3
    Response.objects.filter(overall=3).update(disposition="erased")
    assert export_responses(wave, tmp_path / "left.csv", excluded=True) == 2
    assert [row["_disposition"] for row in rows(tmp_path / "all.csv")].count("screened") == 1


def test_the_command(wave, sent, tmp_path, capsys):
    path = tmp_path / "w1.csv"
    call_command("export_responses", "W1", path, without_texts=True)
    said = capsys.readouterr()
    assert "3 responses" in said.out
    assert "give people away" in said.err
    assert "D7" not in rows(path)[0]
    assert path.stat().st_mode & 0o777 == 0o600
    for wave_code, name, why in (
        ("W1", "w1.csv", "already exists"),
        ("W1", "w1.sav", "ends in .csv or .xlsx"),
        ("W9", "w9.csv", "no wave"),
        ("W1", "none/w1.csv", "cannot be written"),
    ):
        with pytest.raises(CommandError, match=why):
            call_command("export_responses", wave_code, tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["w1.csv"]


def test_a_draft_has_no_columns_yet(draft, tmp_path):
    with pytest.raises(CommandError, match="has not opened"):
        call_command("export_responses", "W1", tmp_path / "w1.csv")


def test_what_is_deleted_is_not_an_empty_table(wave, sent, tmp_path, settings):
    close_wave(wave)
    Wave.objects.update(closed_at="2020-01-01T00:00Z")
    wave.journal.all().delete()
    delete_expired_answers()
    with pytest.raises(CommandError, match="answers are deleted"):
        call_command("export_responses", "W1", tmp_path / "w1.csv")


def test_memory_does_not_grow_with_the_wave(wave, sent, tmp_path):
    template = Response.objects.first()
    template.answers["D7"] = "ก" * 2000

    def grow(count: int) -> None:
        begin = Response.objects.count()
        copies = []
        for k in range(begin, begin + count):
            fields = {f.attname: getattr(template, f.attname) for f in Response._meta.fields}
            fields |= {"id": None, "submission_key": f"copy-{k}", "receipt": f"{k:014}"}
            copies.append(Response(**fields))
        Response.objects.bulk_create(copies)

    def peak(name: str) -> int:
        tracemalloc.start()
        export_responses(wave, tmp_path / name)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    grow(2000)
    some = peak("some.csv")
    grow(4000)
    assert peak("many.csv") < some * 1.3
