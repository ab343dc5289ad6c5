"""Malay on a phone: offered, spoken, answered. The editor, whose preview follows what is typed."""

import pytest

from responses.models import Response
from surveys.models import Language, User
from surveys.roles import place
from tests.browser.conftest import PHONE, leave_screen, violations
from tests.malay import NAME, also_in, asks_in_malay


@pytest.fixture
def link(draft, licence_counter) -> str:
    asks_in_malay(draft)
    for code, name in (("lo", "ລາວ"), ("my", "မြန်မာ"), ("km", "ខ្មែរ"), ("zh", "中文")):
        also_in(draft.questionnaire, code, name)
    return licence_counter.get_absolute_url()


def test_a_phone_offers_seven_languages_and_speaks_the_one_chosen(open_browser, link):
    phone = open_browser(**PHONE, locale="ms-MY")
    phone.goto(link)
    assert phone.locator("html").get_attribute("lang") == "th"
    assert phone.locator(".language[hreflang]").count() == 6
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    for choice in phone.locator(".language[hreflang]").all():
        assert choice.bounding_box()["height"] >= 24
    phone.get_by_role("link", name=NAME).tap()
    phone.wait_for_url("**lang=ms")
    assert phone.locator("html").get_attribute("lang") == "ms"
    assert phone.locator("h1").inner_text() == "Kepuasan keseluruhan"
    assert violations(phone) == []
    phone.locator("button[value='5']").tap()
    phone.wait_for_url("**/more/**")
    assert phone.locator("html").get_attribute("lang") == "ms"
    phone.locator("textarea").fill("Bagus")
    leave_screen(phone)
    phone.get_by_text("Perempuan").tap()
    leave_screen(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    stored = Response.objects.get()
    assert stored.language == "ms"
    assert stored.answers == {"OV": 5, "D7": "Bagus", "D2": "f"}


@pytest.fixture
def office(open_browser, questionnaire):
    user = User.objects.create_user("somchai", "somchai@example.org", "x")
    place(user, "Survey office")
    return open_browser(user, viewport={"width": 1280, "height": 800})


def test_the_preview_follows_what_is_typed(office, questionnaire):
    office.goto(f"/en/office/questionnaires/{questionnaire.pk}/questions/P1/")
    preview = office.frame_locator("iframe[name=preview]")
    preview.get_by_text("Clear steps").wait_for()
    office.get_by_label("text in English").fill("Was every step clear to you?")
    preview.get_by_text("Was every step clear to you?").wait_for()
    assert office.evaluate("document.activeElement.id") == "id_text_en"
    assert questionnaire.questions.get(code="P1").text_en == "Clear steps"


def test_a_version_is_worded_on_a_phone(office, questionnaire):
    Language.objects.create(code="ms", name=NAME)
    office.set_viewport_size({"width": 360, "height": 740})
    office.goto(f"/en/office/questionnaires/{questionnaire.pk}/")
    office.locator("summary", has_text="Add a language").click()
    office.get_by_label("Language").select_option("ms")
    office.get_by_role("button", name="Add").click()
    office.wait_for_url("**/languages/ms/")
    assert office.evaluate("document.documentElement.scrollWidth") == 360
    assert violations(office) == []
    office.get_by_label("ขั้นตอนชัดเจน").fill("Langkah yang jelas")
    office.get_by_role("button", name="Save").click()
    office.get_by_text("Saved.").wait_for()
    assert questionnaire.questions.get(code="P1").translations["ms"] == {
        "text": "Langkah yang jelas"
    }
