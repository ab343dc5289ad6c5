"""XLSForms come in and go out again with nothing lost."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from surveys.models import Question, Questionnaire
from surveys.xlsform.reading import read_form
from surveys.xlsform.sheets import FormError
from surveys.xlsform.storing import store_form
from surveys.xlsform.writing import write_form

pytestmark = pytest.mark.django_db

SURVEY = """
start|start
select_one yes_no|visited|เคยมาหรือไม่|Been here before?||yes||||minimal
begin_group|about|เกี่ยวกับคุณ|About you|||${visited} = 'yes'|||field-list
integer|age|อายุ|Age|ปี|TRUE||. >= 20 and . < 120|อายุ 20 ปีขึ้นไป||20|ask Somchai
select_multiple why|why|เพราะอะไร|Why?
begin group|inner|ข้างใน|Inside
text|other|อื่น ๆ|Other|||selected(${why}, 'other')
end group
end_group
calculate|twice|||||||||
date|day|วันที่|Day|||${visited} = 'yes' and ${age} > 30
range|advise|แนะนำ|Recommend
note|thanks|ขอบคุณ|Thank you|=1+1
"""
HEADERS = [
    "type",
    "name",
    "label::ไทย (th)",
    "label::English (en)",
    "hint::ไทย (th)",
    "required",
    "relevant",
    "constraint",
    "constraint_message::ไทย (th)",
    "appearance",
    "default",
    "note to self",
    "calculation",
    "parameters",
]
CHOICES = """
list_name|name|label::ไทย (th)|label::English (en)|picture
yes_no|yes|ใช่|Yes
yes_no|no|ไม่ใช่|No
why|near|ใกล้|Near|near.png
why|other|อื่น ๆ|Other
unused|x|ไม่ใช้|Unused
"""
SETTINGS = """
form_title|form_id|version|default_language|style
แบบสอบถาม|visit|2569|ไทย (th)|pages
"""


def cells(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip().splitlines()]


def workbook(**sheets: Any) -> BytesIO:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([value or None for value in row])
            for cell in sheet[sheet.max_row]:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    file = BytesIO()
    book.save(file)
    return file


@pytest.fixture
def visit() -> BytesIO:
    survey = [HEADERS, *cells(SURVEY)]
    for row in survey[1:]:
        row += [""] * (14 - len(row))
        if row[0] == "calculate":
            row[12] = "${age} * 2"
        if row[0] == "range":
            row[13] = "start=0 end=10 step=1"
    return workbook(survey=survey, choices=cells(CHOICES), settings=cells(SETTINGS))


@pytest.fixture
def refused() -> Callable[..., list[str]]:
    def problems(survey: str, choices: str = CHOICES) -> list[str]:
        file = workbook(survey=cells(survey), choices=cells(choices))
        with pytest.raises(FormError) as raised:
            store_form(read_form(file), "T")
        return [str(problem) for problem in raised.value.problems]

    return problems


def content(file: BytesIO) -> dict[str, list[dict[str, str]]]:
    """Rows as header and text; empty cells and rows do not count."""
    found = {}
    for sheet in load_workbook(file).worksheets:
        headers, *rows = sheet.iter_rows(values_only=True)
        records = [
            {
                name: str(value)
                for name, value in zip(headers, row, strict=True)
                if value is not None
            }
            for row in rows
        ]
        found[sheet.title] = [record for record in records if record]
    return found


def written(questionnaire: Questionnaire) -> BytesIO:
    file = BytesIO()
    write_form(questionnaire, file)
    file.seek(0)
    return file


def test_nothing_is_lost(visit):
    questionnaire = store_form(read_form(visit))
    out = written(questionnaire)
    assert content(out) == content(visit)
    again = store_form(read_form(out))
    assert (again.code, again.version) == ("visit", 2)
    assert content(written(again)) == content(visit)


def test_every_kind_comes_in(visit):
    store_form(read_form(visit))
    kinds = dict(Question.objects.values_list("code", "kind"))
    assert kinds == {
        "start": "hidden",
        "visited": "single",
        "about": "group",
        "age": "number",
        "why": "multiple",
        "inner": "group",
        "other": "text",
        "twice": "calculated",
        "day": "date",
        "advise": "nps",
        "thanks": "note",
    }
    age = Question.objects.get(code="age")
    assert (age.group, age.required, age.constraint) == ("about", True, ". >= 20 and . < 120")
    assert age.constraint_message_th == "อายุ 20 ปีขึ้นไป"
    assert Question.objects.get(code="other").group == "inner"


def test_pyxform_takes_what_was_imported(visit):
    out = written(store_form(read_form(visit)))
    assert "<h:title>แบบสอบถาม</h:title>" in convert(out, file_type=".xlsx").xform


def test_pyxform_takes_a_questionnaire_made_here(questionnaire):
    out = written(questionnaire)
    assert "<h:html" in convert(out, file_type=".xlsx").xform
    again = store_form(read_form(out))
    assert (again.code, again.version) == ("CORE", 2)
    names = ["code", "kind", "is_overall", "text_th", "text_en", "choices", "dimension__code"]
    assert list(again.questions.values(*names)) == list(questionnaire.questions.values(*names))
    staff = again.questions.get(code="S1")
    assert [channel.code for channel in staff.channels.all()] == ["counter"]
    assert content(written(again)) == content(out)


def test_a_change_is_written_and_the_rest_stays(visit):
    questionnaire = store_form(read_form(visit))
    age = questionnaire.questions.get(code="age")
    age.text_en = "How old?"
    age.required = False
    age.save()
    why = questionnaire.questions.get(code="why")
    why.choices = why.choices[:1]
    why.save()
    out = content(written(questionnaire))
    expected = content(visit)
    for row in expected["survey"]:
        if row.get("name") == "age":
            row["label::English (en)"] = "How old?"
            del row["required"]
        if row.get("name") == "why":
            row["type"] = "select_multiple why_"
    assert out["survey"] == expected["survey"]
    assert out["choices"][:-1] == expected["choices"]
    assert out["choices"][-1]["list_name"] == "why_"


def test_a_form_in_one_language():
    file = workbook(survey=[["Type", "Name", "Label"], ["text", "a", "What?"]])
    questionnaire = store_form(read_form(file), "one")
    assert questionnaire.questions.get().text_th == "What?"
    assert content(written(questionnaire))["survey"] == content(file)["survey"]


@pytest.mark.parametrize(
    ("survey", "said"),
    [
        ("type|name|label\nselect_one none|a|A", "row 2, column type: The sheet “choices” has no"),
        ("type|name|label\ntext|a|A\ntext|a|B", "row 3, column name: Each row needs a name"),
        ("type|name|label|relevant\ntext|a|A|${b} = 1", "column relevant: There is no question"),
        ("type|name|label|constraint\ntext|a|A|. =", "column constraint: The expression ends"),
        ("type|name|label\nbegin_repeat|a|A", "Repeats are not supported"),
        ("type|name|label\nbegin_group|a|A", "This group is never closed"),
        ("type|name|label\nend_group", "No group is open here"),
        ("type|name|label|required\ntext|a|A|maybe", "column required: Write yes or no"),
        ("type|name|label\ntext|ก|A", "column name: Use Latin letters"),
        ("type|name|label\ntext|a|", "row 2, column label: Write the text of the question."),
        ("type|name|Label::Thai\ntext|a|", "row 2, column Label::Thai: Write the text"),
        ("type|name\ntext|a", "row 2, column label::ไทย (th): Write the text"),
        ("type|Value|label|Relevance\ntext|a|A|1 +", "row 2, column Relevance: The expression"),
        ("type|Value|label\ntext|a|A\ntext|a|B", "row 3, column Value: Each row needs a name"),
        (
            "type|name|label|opdc_overall|opdc_kind\nx|a|A|yes|rating\nx|b|B|yes|rating",
            "row 3, column opdc_overall: a is the overall rating already: there is one.",
        ),
        ("type|label\ntext|A", "The column “name” is missing"),
        ("type|name|name\ntext|a|b", "This column appears twice"),
        ("type|name|label|opdc_dimension\ntext|a|A|x", "column opdc_dimension: “x” is not in"),
        ("type|name|label\nselect_one yes_no or_other|a|A", "Instead of “or_other”"),
        (
            "type|name|label|choice_filter\nselect_one yes_no|a|A|x = ${b}",
            "row 2, column choice_filter: Choices cannot depend on another answer",
        ),
        ("type|name|label\ntext|a|A\ntext|b|Why ${a}?", "row 3, column label: A text cannot show"),
        (
            "type|name|label|relevant\nusername|u\ntext|a|A|${u} = 'x'",
            "row 3, column relevant: “u” is kept, neither asked nor calculated",
        ),
        (
            "type|name|label|constraint\ngeopoint|g|G\ntext|a|A|. != ${g}",
            "row 3, column constraint: “g” is kept",
        ),
        (
            "type|name|label|calculation|relevant\ncalculate|c||round(1, 0)\ntext|a|A||${c} = 1",
            "row 3, column relevant: “c” is kept",
        ),
        (
            "type|name|label|calculation\ndeviceid|d\ncalculate|c||concat(${d}, 'x')",
            "row 3, column calculation: “d” is kept",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(refused, survey, said):
    assert said in refused(survey)[0]
    assert not Questionnaire.objects.exists()


def test_everything_wrong_is_said_at_once(refused):
    assert len(refused("type|name|label\nselect_one no|a|A\ntext||B\nend_group")) == 3
    assert len(refused("type|name|label|opdc_channels\ntext|a|\ntext|b|B\ntext|ก||x y")) == 5


def test_what_is_wrong_with_the_settings_is_said_with_its_place():
    file = workbook(survey=[["type", "name", "label"], ["text", "a", "A"]])
    with pytest.raises(FormError, match="sheet settings, column form_id: "):
        store_form(read_form(file), "")


def test_what_cannot_be_asked_is_kept_and_said():
    file = workbook(survey=[["type", "name", "label"], ["geopoint", "a", "Where?"]])
    form = read_form(file)
    assert str(form.warnings[-1]) == (
        "sheet survey, row 2, column type: “geopoint” is kept, not asked."
    )
    assert content(written(store_form(form, "geo")))["survey"] == content(file)["survey"]


@pytest.mark.parametrize(
    ("thai", "english"),
    [
        ("label::ภาษาไทย", "label::English (en)"),
        ("label::Thai (th-TH)", "label::en"),
        ("label::TH", "label::ENG"),
        ("label::tha", "label"),
        ("label", "label::English"),
        ("label::default", "label::ภาษาอังกฤษ"),
    ],
)
def test_thai_is_known_by_its_names_and_letters(thai, english):
    survey = [["type", "name", english, thai], ["select_one q", "a", "Overall", "โดยรวม"]]
    choices = [["list_name", "name", english, thai], ["q", "y", "Yes", "ใช่"]]
    form = read_form(workbook(survey=survey, choices=choices))
    [question] = form.questions
    assert question["text_th"] == "โดยรวม"
    assert question["choices"][0]["th"] == "ใช่"
    shown = ("Overall", "Yes") if "::" in english else ("", "")
    assert (question["text_en"], question["choices"][0]["en"]) == shown
    assert bool(form.warnings) == ("::" not in english)
    questionnaire = store_form(form, "T")
    assert read_form(written(questionnaire)).questions[0]["text_th"] == "โดยรวม"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("label::ไทย (th)", "label::မြန်မာ"), "column label::မြန်မာ: Kept, not shown"),
        (("label::English (en)",), "column label::English (en): No column is in Thai"),
    ],
)
def test_a_language_that_nobody_sees_is_a_warning(columns, said):
    survey = [
        ["type", "name", *columns],
        ["text", "a", *("ท" if "th" in c else "x" for c in columns)],
    ]
    assert said in "\n".join(map(str, read_form(workbook(survey=survey)).warnings))


def test_today_is_worked_out_for_conditions():
    survey = [
        ["type", "name", "label", "relevant"],
        ["today", "today", "", ""],
        ["text", "a", "ก", "${today} >= date('2026-10-01')"],
    ]
    questionnaire = store_form(read_form(workbook(survey=survey)), "T")
    today = questionnaire.questions.get(code="today")
    assert (today.kind, today.calculation) == ("calculated", "today()")
    assert read_form(written(questionnaire)).questions[0]["calculation"] == "today()"


def test_a_file_that_is_no_workbook():
    for junk in (b"", b"type,name\n", b"PK\x03\x04junk"):
        with pytest.raises(FormError, match="XLSX"):
            read_form(BytesIO(junk))
    with pytest.raises(FormError, match="locked by a password"):
        read_form(BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)))
