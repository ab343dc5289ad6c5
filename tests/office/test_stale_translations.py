"""When the Thai of a question is changed, its words in other languages are to be checked until
somebody writes new ones or says that they fit."""

from io import BytesIO

import pytest
from django import forms
from django.urls import reverse

from surveys.admin.questionnaire import Questions
from surveys.models import Language, Question, Questionnaire
from surveys.undoing import undo
from surveys.versions import new_version
from surveys.waves import questionnaire_digest
from surveys.xlsform.reading import read_form
from surveys.xlsform.sheets import FormError
from surveys.xlsform.storing import store_form
from surveys.xlsform.writing import write_form
from tests.malay import PHRASES, in_malay

pytestmark = pytest.mark.django_db
LINES = "f | หญิง | Female\nm | ชาย | Male"
SEX = {"text_th": "เพศ", "text_en": "Sex", "hint_th": "เลือกหนึ่ง", "choices": LINES}


@pytest.fixture
def malay(db):
    questionnaire = in_malay()
    Language.objects.update(phrases=PHRASES)
    return questionnaire


@pytest.fixture
def page(client, officer, malay):
    client.force_login(officer)

    def go(name: str, *args, data=None) -> str:
        address = reverse(f"setup:{name}", args=[malay.pk, *args])
        asked = client.get(address) if data is None else client.post(address, data, follow=True)
        assert asked.status_code == 200
        return asked.content.decode()

    return go


@pytest.fixture
def sex(malay):
    def stored() -> Question:
        return malay.questions.get(code="D2")

    return stored


MALAY = {
    "title": "Tinjauan",
    "OV:text": "Kepuasan keseluruhan",
    "D2:text": "Jantina",
    "D2:hint": "Pilih satu",
    "D2:choice:f": "Perempuan",
    "D2:choice:m": "Lelaki",
    "D7:text": "Cadangan",
}


@pytest.mark.parametrize(
    "changed",
    [
        {"text_th": "เพศของท่าน"},
        {"hint_th": "เลือกได้หนึ่งข้อ"},
        {"hint_th": ""},
        {"choices": LINES.replace("ชาย", "บุรุษ")},
    ],
)
def test_other_languages_are_to_be_checked_once_the_thai_is_changed(page, sex, changed):
    outline = page("question", "D2", data=SEX | changed)
    assert sex().to_check == ["en", "ms"]
    assert "to be checked: en, ms" in outline
    assert outline.count("1 question is to be checked: D2") == 2


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"text_th": " เพศ "},
        {"required": "on"},
        {"choices": "m | ชาย | Male\nf | หญิง | Female"},
        {"choices": LINES + "\nx | อื่น | Other"},
        {"choices": "f | หญิง | Female"},
    ],
)
def test_what_leaves_the_thai_as_it_is_leaves_them_too(page, sex, same):
    page("question", "D2", data=SEX | same)
    assert sex().to_check == []


def test_words_written_with_the_change_fit_it(page, sex):
    page("question", "D2", data=SEX | {"text_th": "เพศของท่าน", "text_en": "Your sex"})
    assert sex().to_check == ["ms"]


def test_they_are_to_be_checked_until_new_words_are_written(page, sex):
    page("question", "D2", data=SEX | {"text_th": "เพศของท่าน"})
    asked = page("translate", "ms")
    assert "1 question is to be checked" in asked
    assert asked.index('name="D2:choice:m"') < asked.index('name="D2:fits"')
    assert asked.index('name="D2:fits"') < asked.index('name="D7:text"')
    page("translate", "ms", data=MALAY)
    assert sex().to_check == ["en", "ms"]
    page("translate", "ms", data=MALAY | {"D2:text": "Jantina anda"})
    assert sex().to_check == ["en"]
    assert 'name="D2:fits"' not in page("translate", "ms")
    page("question", "D2", data=SEX | {"text_th": "เพศของท่าน", "text_en": "Your sex"})
    assert sex().to_check == []


def test_or_somebody_says_that_they_fit(page, sex):
    changed = SEX | {"text_th": "เพศของท่าน"}
    page("question", "D2", data=changed)
    page("translate", "ms", data=MALAY | {"D2:fits": "on"})
    assert sex().to_check == ["en"]
    assert "english_fits" in page("question", "D2")
    page("question", "D2", data=changed | {"english_fits": "on"})
    assert sex().to_check == []
    assert "english_fits" not in page("question", "D2")


def test_undone_changes_and_new_versions_know_it(page, sex, malay):
    page("question", "D2", data=SEX | {"text_th": "เพศของท่าน"})
    assert new_version(malay).questions.get(code="D2").to_check == ["en", "ms"]
    undo(malay)
    assert (sex().text_th, sex().to_check) == ("เพศ", [])


def test_a_file_carries_it_out_and_in(page, sex, malay):
    page("question", "D2", data=SEX | {"text_th": "เพศของท่าน"})
    malay.refresh_from_db()
    for questionnaire in (malay, new_version(malay)):
        file = BytesIO()
        write_form(questionnaire, file)
        again = store_form(read_form(BytesIO(file.getvalue())))
        assert again.questions.get(code="D2").to_check == ["en", "ms"]
        assert again.questions.get(code="D7").to_check == []
        assert questionnaire_digest(again) == questionnaire_digest(questionnaire)


def test_a_file_without_such_a_column_has_nothing_to_check(malay):
    file = BytesIO()
    write_form(malay, file)
    again = store_form(read_form(BytesIO(file.getvalue())))
    assert all(question.to_check == [] for question in again.questions.all())


def test_a_file_cannot_name_a_language_that_its_row_lacks(malay, sex):
    Question.objects.filter(pk=sex().pk).update(to_check=["lo"])
    file = BytesIO()
    write_form(malay, file)
    with pytest.raises(FormError, match="two letters of languages"):
        read_form(BytesIO(file.getvalue()))


def test_the_seal_says_nothing_of_it(malay, sex):
    before = questionnaire_digest(malay)
    Question.objects.filter(pk=sex().pk).update(to_check=["ms"])
    assert questionnaire_digest(malay) == before


def test_whoever_opens_a_wave_is_told_and_may(client, officer, draft, malay, sex):
    draft.questionnaire = malay
    draft.save()
    client.force_login(officer)
    address = reverse("setup:opening", args=[draft.code])
    assert "to be checked" not in client.get(address).content.decode()
    Question.objects.filter(pk=sex().pk).update(to_check=["ms"])
    page = client.get(address).content.decode()
    assert "ms: 1 question is to be checked: D2" in page
    client.post(address, {"code": draft.code})
    draft.refresh_from_db()
    assert draft.state == "open"


def test_a_change_in_the_tables_counts_too(malay, sex):
    rows = forms.inlineformset_factory(
        Questionnaire, Question, formset=Questions, fields=["text_th"], extra=0, can_delete=False
    )
    data = {"questions-TOTAL_FORMS": 3, "questions-INITIAL_FORMS": 3}
    for number, question in enumerate(malay.questions.order_by("position", "pk")):
        words = "เพศของท่าน" if question.code == "D2" else question.text_th
        data |= {f"questions-{number}-id": question.pk, f"questions-{number}-text_th": words}
    formset = rows(data, instance=malay)
    assert formset.is_valid()
    formset.save()
    assert [q.to_check for q in malay.questions.order_by("position")] == [[], ["en", "ms"], []]
