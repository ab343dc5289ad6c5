"""A further language comes in with a file and is spoken to citizens; no code knows of it."""

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.utils import translation
from openpyxl import load_workbook

from responses.api.questionnaire import questionnaire_as_data
from responses.intake.doors import door_to
from responses.models import Response
from responses.openrosa.forms import Form
from responses.openrosa.xform import xform
from surveys.models import Language, Question
from surveys.speaking import languages_of
from surveys.waves import open_wave, questionnaire_digest
from surveys.xlsform.reading import read_form
from surveys.xlsform.storing import store_form
from surveys.xlsform.writing import write_form
from tests.malay import CHOICES, NAME, PHRASES, asks_in_malay, in_malay

pytestmark = pytest.mark.django_db


@pytest.fixture
def malay(draft):
    return asks_in_malay(draft)


@pytest.fixture
def link(malay, licence_counter) -> str:
    return licence_counter.get_absolute_url()


def said(client, address: str, **data) -> str:
    asked = client.post(address, data, follow=True) if data else client.get(address)
    assert asked.status_code == 200
    return asked.content.decode()


def test_a_file_brings_a_language(db):
    questionnaire = in_malay()
    language = Language.objects.get()
    assert (language.code, language.name) == ("ms", NAME)
    assert languages_of(questionnaire) == []  # its answers have no words yet
    language.phrases = PHRASES
    language.save()
    assert languages_of(questionnaire) == [language]
    assert questionnaire.translations == {"ms": {"title": "Tinjauan"}}
    sex = questionnaire.questions.get(code="D2")
    assert sex.translations == {"ms": {"text": "Jantina", "hint": "Pilih satu"}}
    assert [choice["ms"] for choice in sex.choices] == ["Perempuan", "Lelaki"]


def test_and_goes_out_with_it(db):
    first = in_malay()
    file = BytesIO()
    write_form(first, file)
    again = store_form(read_form(BytesIO(file.getvalue())))
    assert questionnaire_digest(again) == questionnaire_digest(first)
    assert again.translations == first.translations


def test_a_questionnaire_written_here_gets_columns_for_its_languages(questionnaire):
    Language.objects.create(code="lo", name="ລາວ")
    questionnaire.translations = {"lo": {"title": "ແບບສອບຖາມ"}}
    questionnaire.save()
    for question in questionnaire.questions.all():
        question.translations = {"lo": {"text": f"ຄຳຖາມ {question.code}"}}
        question.choices = [choice | {"lo": "ຄຳຕອບ"} for choice in question.choices]
        question.save()
    file = BytesIO()
    write_form(questionnaire, file)
    survey = load_workbook(BytesIO(file.getvalue()))["survey"]
    headers = [cell.value for cell in survey[1]]
    assert headers.index("label::ລາວ (lo)") == headers.index("label::English (en)") + 1
    again = store_form(read_form(BytesIO(file.getvalue())))
    assert questionnaire_digest(again) == questionnaire_digest(questionnaire)


def test_citizens_answer_in_it(client, link):
    page = said(client, f"{link}?lang=ms")
    assert '<html lang="ms">' in page
    assert "Kepuasan keseluruhan" in page
    assert "Sangat puas hati" in page
    assert "Kaunter perkhidmatan" in page
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
    assert "Sila pilih satu" in said(client, f"{link}?lang=ms", form_token=token, overall="")
    more = client.post(f"{link}?lang=ms", {"form_token": token, "overall": "5"})
    assert more["Location"].endswith("?lang=ms")
    why = said(client, more["Location"])
    assert "Cadangan" in why
    assert "Jawab 1 soalan lagi" not in why  # the phrase for one has no words: it is in English
    on = client.post(more["Location"], {"D7": "Bagus", "go": "on"})
    step = said(client, on["Location"])
    assert "Jantina" in step
    assert "Pilih satu" in step
    assert "Perempuan" in step
    client.post(on["Location"], {"D2": "f", "go": "on"})
    stored = Response.objects.get()
    assert stored.language == "ms"
    assert stored.answers == {"OV": 5, "D7": "Bagus", "D2": "f"}


def test_the_page_offers_what_the_version_has(client, link):
    offered = re.findall(r'hreflang="(\w+)">([^<]+)<', said(client, link))
    assert offered == [("en", "English"), ("ms", NAME)]
    offered = re.findall(r'href="([^"]*)" lang="(\w+)" hreflang', said(client, f"{link}?lang=ms"))
    assert offered == [("?", "th"), ("?lang=en", "en")]


def test_a_language_that_the_version_lacks_is_not_offered(client, malay, link):
    Language.objects.create(code="lo", name="ລາວ")
    page = said(client, f"{link}?lang=lo")
    assert '<html lang="en">' in page
    assert "ລາວ" not in page
    unknown = said(client, f"{link}?lang=xx")
    assert '<html lang="th">' in unknown
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
    client.post(f"{link}?lang=lo", {"form_token": token, "overall": "5"})
    assert Response.objects.get().language == "en"


def test_nor_one_in_which_a_choice_has_no_words(client, draft, licence_counter):
    draft.questionnaire = in_malay(choices=CHOICES.replace("Lelaki", ""))
    draft.save()
    Language.objects.update(phrases=PHRASES)
    open_wave(draft)
    page = said(client, f"{licence_counter.get_absolute_url()}?lang=ms")
    assert '<html lang="en">' in page
    assert NAME not in page


def test_what_is_not_in_the_language_of_the_page_says_so(client, link):
    page = said(client, f"{link}?lang=ms")
    assert '<span lang="en">Driving licence</span>' in page
    assert "<span>Kaunter perkhidmatan</span>" in page
    assert '<span lang="en">' not in said(client, f"{link}?lang=en")


def test_a_language_written_from_right_to_left(client, malay, link):
    Language.objects.filter(code="ms").update(right_to_left=True)
    assert '<html lang="ms" dir="rtl">' in said(client, f"{link}?lang=ms")
    assert "dir=" not in said(client, link)


def test_pages_of_no_questionnaire_are_in_english_throughout(client, malay):
    page = said(client, "/privacy/?lang=ms")
    assert '<html lang="en">' in page
    assert "Seterusnya" not in page


def test_the_language_ends_with_the_page(client, link):
    said(client, f"{link}?lang=ms")
    assert translation.get_language() == "en"


def test_devices_ask_in_it(malay, government):
    form = ElementTree.fromstring(xform(Form(malay, government.licence, government.counter)))
    by_language = {
        part.get("lang"): ["".join(value.itertext()) for value in part.iter() if value.text]
        for part in form.iter("{http://www.w3.org/2002/xforms}translation")
    }
    assert set(by_language) == {"ไทย (th)", "English (en)", f"{NAME} (ms)"}
    malay_words = by_language[f"{NAME} (ms)"]
    assert {"Kepuasan keseluruhan", "Jantina", "Perempuan", "Sangat puas hati"} <= set(malay_words)
    assert "Chatuchak" in malay_words  # it has no phrase yet
    assert "-" not in malay_words


def test_programs_are_told_it(malay, government):
    door = door_to(government.licence, government.counter)
    data = questionnaire_as_data(door, government.licence, government.counter)
    assert data["title"]["ms"] == "Tinjauan"
    sex = next(each for each in data["questions"] if each["code"] == "D2")
    assert sex["text"] == {"th": "เพศ", "en": "Sex", "ms": "Jantina"}
    assert sex["choices"][0]["ms"] == "Perempuan"


def test_the_seal_holds_the_words_and_none_where_there_are_none(questionnaire):
    before = questionnaire_digest(questionnaire)
    questions = Question.objects.filter(questionnaire=questionnaire, code="P1")
    questions.update(translations={"ms": {"text": "Langkah yang jelas"}})
    assert questionnaire_digest(questionnaire) != before
    questions.update(translations={})
    assert questionnaire_digest(questionnaire) == before
