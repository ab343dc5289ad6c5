"""A questionnaire is written on a page: one question open, moved by buttons, kept once in use."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from surveys.arranging import flat, move, move_before, outline
from surveys.models import Act, Question, Questionnaire
from surveys.translating import untranslated
from surveys.undoing import STEPS
from surveys.waves import open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def editable(questionnaire) -> Questionnaire:
    """OV, then a group G with P1 and S1, then D2 and what else the questionnaire has."""
    Question.objects.create(
        questionnaire=questionnaire, code="G", kind="group", text_th="กลุ่ม", position=90
    )
    questionnaire.questions.filter(code__in=["P1", "S1"]).update(group="G")
    return questionnaire


@pytest.fixture
def page(client, officer, editable):
    """Post to a page of the questionnaire, or get one; returns its text."""
    client.force_login(officer)

    def go(name: str, *args, data=None) -> str:
        address = reverse(f"setup:{name}", args=[editable.pk, *args])
        asked = client.get(address) if data is None else client.post(address, data, follow=True)
        assert asked.status_code == 200
        return asked.content.decode()

    return go


def codes(questionnaire) -> list[str]:
    return [each.code for each in flat(outline(questionnaire))]


def question(questionnaire, code: str) -> Question:
    return questionnaire.questions.get(code=code)


def test_a_group_moves_with_what_is_in_it(editable):
    rest = [code for code in codes(editable) if code not in ("OV", "G", "P1", "S1")]
    assert codes(editable) == ["OV", *rest, "G", "P1", "S1"]
    for _step in rest:
        move(question(editable, "G"), -1)
    assert codes(editable) == ["OV", "G", "P1", "S1", *rest]
    move(question(editable, "S1"), -1)
    assert codes(editable) == ["OV", "G", "S1", "P1", *rest]
    move(question(editable, "S1"), -1)  # it is the first of its group
    assert codes(editable) == ["OV", "G", "S1", "P1", *rest]
    stored = list(editable.questions.order_by("position").values_list("code", "position"))
    assert stored == [(code, k) for k, code in enumerate(codes(editable))]


def test_a_question_is_moved_in_front_of_a_neighbour(page, editable):
    rest = [code for code in codes(editable) if code not in ("OV", "G", "P1", "S1")]
    page("arrange", "G", data={"step": "before", "other": "OV"})
    assert codes(editable) == ["G", "P1", "S1", "OV", *rest]
    move_before(question(editable, "P1"), "")
    assert codes(editable) == ["G", "S1", "P1", "OV", *rest]
    move_before(question(editable, "G"), "")
    assert codes(editable) == ["OV", *rest, "G", "S1", "P1"]
    page("undo", data={})
    assert codes(editable) == ["OV", *rest, "G", "P1", "S1"]


@pytest.mark.parametrize("other", ["P1", "S1", "gone"])
def test_what_is_no_neighbour_is_told_so(page, editable, other):
    before = codes(editable)
    assert "changed meanwhile" in page("arrange", "G", data={"step": "before", "other": other})
    assert codes(editable) == before


def test_a_question_is_changed_on_its_own_page(page, editable):
    said = {"text_th": "เพศของท่าน", "text_en": "Your sex", "choices": "f | หญิง | Female\nx | อื่น"}
    assert "Saved." in page("question", "D2", data=said)
    changed = question(editable, "D2")
    assert changed.text_en == "Your sex"
    assert changed.choices == [
        {"code": "f", "th": "หญิง", "en": "Female"},
        {"code": "x", "th": "อื่น", "en": ""},
    ]
    act = Act.objects.get(what="change", kind="questionnaire")
    assert act.detail["question"] == "D2"
    assert "no English" in page("question", "D2")


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        ("หญิง", "write a code, a bar"),
        ("f | ก\nf | ข", "each code once"),
        ("a b | ก", "has no spaces"),
        ("", "Give at least one choice"),
    ],
)
def test_wrong_choices_get_a_clear_answer_and_change_nothing(page, editable, lines, answer):
    before = question(editable, "D2").choices
    assert answer in page("question", "D2", data={"text_th": "ก", "choices": lines})
    assert question(editable, "D2").choices == before


def test_a_condition_that_cannot_be_read_is_refused(page, editable):
    wrong = {"text_th": "ก", "relevant": "${OV} <="}
    assert "There is a problem" in page("question", "P1", data=wrong)
    assert question(editable, "P1").relevant == ""


def test_a_question_is_added_and_has_the_choices_that_its_kind_needs(page, editable):
    said = {"kind": "multiple", "code": "WHY", "text_th": "เพราะเหตุใด"}
    assert "Give at least one choice" in page("add", data=said)
    page("add", data=said | {"choices": "slow | ช้า | Slow"})
    assert codes(editable)[-1] == "WHY"
    assert question(editable, "WHY").choices == [{"code": "slow", "th": "ช้า", "en": "Slow"}]
    page("add", data={"kind": "note", "code": "N1", "text_th": "ก", "choices": "x | ก"})
    assert question(editable, "N1").choices == []
    again = page("add", data={"kind": "text", "code": "WHY", "text_th": "ก"})
    assert "This code is in use" in again


def test_what_others_need_is_not_taken_out(page, editable):
    editable.questions.filter(code="S1").update(relevant="${P1} <= 2")
    for code, why in (("OV", "overall rating stays"), ("G", "out of this group"), ("P1", "S1")):
        assert why in page("arrange", code, data={"step": "out"})
        assert question(editable, code)
    page("arrange", "S1", data={"step": "out"})
    assert not editable.questions.filter(code="S1").exists()


def test_a_group_cannot_go_into_itself(page, editable):
    Question.objects.create(
        questionnaire=editable, code="H", kind="group", text_th="ใน", position=91, group="G"
    )
    assert 'value="H"' not in page("question", "G")
    assert "Select a valid choice" in page("question", "G", data={"text_th": "ก", "group": "H"})


def test_what_a_wave_uses_stays_and_a_new_version_is_made(client, officer, wave):
    client.force_login(officer)
    core = wave.questionnaire
    at = reverse("setup:question", args=[core.pk, "P1"])
    page = client.get(at).content.decode()
    assert "Make a new version" in page
    assert ">Save<" not in page
    client.post(at, {"text_th": "อื่น"})
    for step in ("up", "out"):
        client.post(reverse("setup:arrange", args=[core.pk, "P1"]), {"step": step})
    assert question(core, "P1").text_th == "ขั้นตอนชัดเจน"
    client.post(reverse("setup:version", args=[core.pk]))
    made = Questionnaire.objects.get(code=core.code, version=2)
    client.post(reverse("setup:question", args=[made.pk, "P1"]), {"text_th": "อื่น"})
    assert question(made, "P1").text_th == "อื่น"


def test_one_is_begun_with_the_overall_rating_and_goes_out_as_xlsform(client, officer):
    client.force_login(officer)
    said = {"code": "NEW", "title_th": "ใหม่", "title_en": ""}
    client.post(reverse("setup:begin"), said)
    made = Questionnaire.objects.get(code="NEW")
    assert made.questions.get().is_overall
    answer = client.get(reverse("setup:xlsform", args=[made.pk]))
    assert "survey" in load_workbook(io.BytesIO(b"".join(answer.streaming_content))).sheetnames
    assert "This code is in use" in client.post(reverse("setup:begin"), said).content.decode()


def test_what_lacks_words_is_named_by_language(editable):
    editable.questions.filter(code="P1").update(text_en="")
    missing = untranslated(list(flat(outline(editable))))
    assert missing["th"] == []
    assert {"P1", "G"} <= set(missing["en"])
    assert "OV" not in missing["en"]


def test_the_previews_back_leads_to_this_page(client, officer, auditor, editable):
    preview = reverse("responses:preview", args=[editable.pk])
    client.force_login(officer)
    assert f'/office/questionnaires/{editable.pk}/"' in client.get(preview).content.decode()
    client.force_login(auditor)
    assert "/office/questionnaires/" not in client.get(preview).content.decode()


@pytest.mark.parametrize("name", ["edit", "add", "version", "xlsform", "question", "arrange"])
def test_others_are_refused(client, editable, bob, approver, auditor, name):
    more = ["P1"] if name in ("question", "arrange") else []
    address = reverse(f"setup:{name}", args=[editable.pk, *more])
    for user in (bob, approver, auditor):
        client.force_login(user)
        assert client.post(address, {"step": "out", "text_th": "x"}).status_code == 403


def test_an_agencys_own_questions_are_not_here(client, officer, make_add_on, government):
    add_on = make_add_on("X", government.dlt, "X_1")
    client.force_login(officer)
    assert client.get(reverse("setup:edit", args=[add_on.pk])).status_code == 404


def said(questionnaire) -> list[tuple]:
    fields = ("code", "text_th", "choices", "group", "position", "translations")
    return list(questionnaire.questions.order_by("position").values_list(*fields))


def test_changes_are_undone_the_last_one_first(page, editable):
    assert "Undo the last change" not in page("edit")
    asked_on = list(question(editable, "S1").channels.all())
    first = said(editable)
    page("question", "D2", data={"text_th": "เพศของท่าน", "choices": "f | หญิง"})
    second = said(editable)
    page("arrange", "S1", data={"step": "up"})
    third = said(editable)
    page("arrange", "S1", data={"step": "out"})
    page("edit", data={"title_th": "ชื่อใหม่"})
    assert "Undo the last change" in page("edit")
    page("undo", data={})
    editable.refresh_from_db()
    assert editable.title_th == "แบบสำรวจ"
    for before in (third, second, first):
        assert "has been undone" in page("undo", data={})
        assert [row[:4] for row in said(editable)] == [row[:4] for row in before]
    assert list(question(editable, "S1").channels.all()) == asked_on
    assert "no earlier change" in page("undo", data={})
    assert Act.objects.filter(detail__undone=True).count() == 4


def test_what_changed_nothing_is_no_step(page, editable):
    page("edit", data={"title_th": "ชื่อใหม่"})
    page("edit", data={"title_th": "ชื่อใหม่"})
    page("undo", data={})
    editable.refresh_from_db()
    assert editable.title_th == "แบบสำรวจ"


def test_no_more_steps_are_kept_than_promised(page, editable):
    for number in range(STEPS + 3):
        page("edit", data={"title_th": f"ชื่อ {number}"})
    assert editable.snapshots.count() == STEPS


def test_once_in_use_nothing_is_undone(page, editable, draft):
    page("edit", data={"title_th": "ชื่อใหม่"})
    open_wave(draft)
    assert "Undo the last change" not in page("edit")
    assert "cannot change" in page("undo", data={})
    editable.refresh_from_db()
    assert editable.title_th == "ชื่อใหม่"


def test_the_preview_shows_what_is_not_saved_yet(client, officer, editable):
    client.force_login(officer)
    address = reverse("responses:preview_draft", args=[editable.pk, "D2"])
    shown = client.post(address, {"text_th": "เพศที่เขียนอยู่", "choices": "f | สตรี"}).content.decode()
    assert "เพศที่เขียนอยู่" in shown
    assert "สตรี" in shown
    broken = client.post(address, {"text_th": "เพศที่เขียนอยู่", "choices": "f"}).content.decode()
    assert "หญิง" in broken  # the choices do not fit yet
    assert question(editable, "D2").text_th == "เพศ"
    nowhere = reverse("responses:preview_draft", args=[editable.pk, "NO"])
    assert client.post(nowhere).status_code == 404


def test_whoever_may_not_see_a_questionnaire_has_no_preview_of_it(client, bob, editable):
    client.force_login(bob)
    address = reverse("responses:preview_draft", args=[editable.pk, "D2"])
    assert client.post(address).status_code == 403
